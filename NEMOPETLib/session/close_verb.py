"""``close``: the open patient put away."""

from __future__ import annotations

from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import Desk


def execute(desk: Desk, _progress: Progress) -> dict[str, Any]:
    """Let go of the images; what was not saved is lost, files in the work folder stay."""
    desk.reading = None
    return {}
