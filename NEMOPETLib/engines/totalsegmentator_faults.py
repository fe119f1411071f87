"""Why TotalSegmentator failed, in one line that says what to do."""

from __future__ import annotations

import re

from NEMOPETLib.engines.machine import full_disk
from NEMOPETLib.engines.process import Ending
from NEMOPETLib.errors import InputError

SET_LICENCE = "totalseg_set_license -l NUMBER"
GET_LICENCE = "https://backend.totalsegmentator.com/license-academic/"

_LICENCE = re.compile(r"requires a license|license number|Could not find config file", re.IGNORECASE)
_KNOWN = (
    (
        re.compile(r"torchvision::nms does not exist"),
        "torchvision does not belong to the installed torch: install the pair that belongs together",
    ),
    (
        re.compile(r"ModuleNotFoundError: (.*)|ImportError: (.*)"),
        "its installation is not complete: install TotalSegmentator anew",
    ),
    (
        re.compile(r"ConnectionError|NewConnectionError|Max retries exceeded|NameResolutionError"),
        "it wanted to download weights and there is no network: see nemopet doctor",
    ),
)


class MissingLicenceError(InputError):
    """TotalSegmentator has no licence for the task; everything else can still run."""


class MissingWeightsError(InputError):
    """Weights of the task are missing; everything else can still run."""


def failure(task: str, ending: Ending, log: str) -> InputError:
    """The error of a run that failed for another reason than memory."""
    if _LICENCE.search(ending.text):
        return MissingLicenceError(
            f"TotalSegmentator's task {task} needs a licence: get one at {GET_LICENCE} and enter it once with"
            f" {SET_LICENCE}"
        )
    if ending.is_for_lack_of_disk:
        return InputError(f"TotalSegmentator ({task}) failed: {full_disk()} (log: {log})")
    for sign, reason in _KNOWN:
        if sign.search(ending.text):
            return InputError(f"TotalSegmentator ({task}) failed: {reason} (log: {log})")
    last = ending.tail[-1].strip() if ending.tail else "it printed nothing"
    return InputError(f"TotalSegmentator ({task}) {ending}: {last[:200]} (log: {log})")


def out_of_memory(task: str, tried: list[str], log: str) -> InputError:
    """The error when the last rung of the memory ladder failed too."""
    return InputError(
        f"TotalSegmentator ({task}) had not enough memory, tried: {'; '.join(tried)}:"
        f" close other programs or use a machine with more (log: {log})"
    )
