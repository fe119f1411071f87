"""What a run with some engines needs of what ``check_readiness`` looks at: what forbids it, what it goes without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from NEMOPETLib.engines.engine_names import LION, TOTALSEGMENTATOR
from NEMOPETLib.engines.readiness import Check
from NEMOPETLib.engines.totalsegmentator_tasks import ORGANS, SPLEEN, TISSUES

_LION = ("LION", "Weights: LION")
_TOTALSEGMENTATOR = ("TotalSegmentator", "torchvision")
_SPLEEN, _ORGANS = (f"Weights: {task.title}" for task in (SPLEEN, ORGANS))
_TISSUES = (f"Weights: {TISSUES.title}", "Licence: tissue_types")
_ANY_NETWORK = ("Disk",)


@dataclass(frozen=True)
class RunNeeds:
    """What is not ready of all that a run needs or would use.

    Parameters
    ----------
    missing
        Without these the run cannot begin, the first to be mended first.
    without
        Without these it gives less, which its row says.
    """

    missing: tuple[Check, ...] = ()
    without: tuple[Check, ...] = ()


def run_needs(checks: Iterable[Check], *, lesions: str = "", tissues: str = "", organs: str = "") -> RunNeeds:
    """What is not ready for a run with these engines.

    Parameters
    ----------
    checks
        As ``check_readiness`` gives them; none as long as nothing is known, which forbids nothing.
    lesions
        Name of the engine, such as ``lion``; ``threshold`` and files need nothing.
    tissues, organs
        ``totalsegmentator``, or anything else, which needs nothing. LION uses no organs.
    """
    lion, of_tissues = lesions == LION, tissues == TOTALSEGMENTATOR
    of_organs = organs == TOTALSEGMENTATOR and not lion
    needed = {
        *(_LION if lion else ()),
        *(_TOTALSEGMENTATOR if of_tissues or of_organs else ()),
        *((_SPLEEN,) if of_tissues else ()),
        *((_ORGANS,) if of_organs else ()),
    }
    used = {*(_TISSUES if of_tissues else ()), *(_ANY_NETWORK if needed else ())}
    lacking = [check for check in checks if not check.ready]
    return RunNeeds(
        tuple(check for check in lacking if check.name in needed),
        tuple(check for check in lacking if check.name in used),
    )
