"""``hello``: that the worker is there, and what it can do."""

from __future__ import annotations

import platform
from typing import Any

from NEMOPETLib import __version__
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import PROTOCOL, VERBS, Desk


def execute(_desk: Desk, _progress: Progress) -> dict[str, Any]:
    """Version, protocol and verbs."""
    return {
        "version": __version__,
        "protocol": PROTOCOL,
        "verbs": [*VERBS, "cancel"],
        "python": platform.python_version(),
    }
