"""``doctor``: what of the engines is ready, and how to mend what is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from NEMOPETLib.engines.readiness import check_readiness, is_ready
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import Desk


def execute(_desk: Desk, _progress: Progress) -> dict[str, Any]:
    """Check."""
    checks = check_readiness()
    return {"ready": is_ready(checks), "checks": [asdict(check) for check in checks]}
