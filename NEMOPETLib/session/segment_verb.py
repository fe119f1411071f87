"""``segment``: engines find the masks, which are written for Slicer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.engines.engine_choice import EngineChoice, TissueChoice
from NEMOPETLib.engines.engine_names import LESION_ENGINES, LION, TOTALSEGMENTATOR
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import MaskFile
from NEMOPETLib.masks.organs import SPILL_OUT_MM
from NEMOPETLib.measurements.patient_measurements import LESIONS, TISSUES
from NEMOPETLib.patient import PHYSIOLOGICAL
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.mask_files import CROPPED, write_cropped_files, write_mask_files
from NEMOPETLib.session.verbs import Desk


def execute(
    desk: Desk,
    progress: Progress,
    *,
    lesions: str | None = None,
    tissues: str | dict[str, Path] | None = None,
    organs: str | dict[str, Path] | None = None,
    suv_threshold: float = 4.0,
    percent: float = 41.0,
    min_volume_ml: float = 0.0,
    inside: Path | None = None,
    liver: Path | None = None,
    organ_margin_mm: float = SPILL_OUT_MM,
    device: str = "auto",
) -> dict[str, Any]:
    """Find lesions, tissues or both; what is not asked for stays as it is.

    The masks are taken when all of them are written: after a failure or a cancellation the session has those that the
    panel shows.
    """
    reading = desk.opened()
    if lesions is None and tissues is None:
        raise InputError("segment: say what to find: lesions, tissues or both")
    if lesions == LION and organs:
        raise InputError("segment: LION tells the organs from lesions itself: leave out organs")
    unknown = [name for name in tissues or () if name not in TISSUES] if isinstance(tissues, dict) else []
    if unknown:
        raise InputError(f"segment: there is no tissue {', '.join(unknown)}: the known ones are {', '.join(TISSUES)}")
    choice = EngineChoice(
        lesions=_lesions(lesions),
        tissues=_found_by("tissues", tissues),
        organs=_found_by("organs", organs),
        organ_margin_mm=organ_margin_mm,
        suv_threshold=suv_threshold,
        percent=percent,
        min_volume_ml=min_volume_ml,
        inside=None if inside is None else MaskFile(inside),
        liver=None if liver is None else MaskFile(liver),
        device=device,
    )
    found = reading.segmented(choice, lesions=lesions is not None, tissues=tissues is not None, progress=progress)
    replaced = [*((LESIONS, PHYSIOLOGICAL) if lesions is not None else ()), *(TISSUES if tissues is not None else ())]
    answer = {
        "lesion_engine": found.lesions.description if found.lesions else "",
        "tissue_engine": found.tissue_engine,
        "masks": write_mask_files(reading.work_folder, found),
        "cropped": write_cropped_files(reading.work_folder / CROPPED, found),
        "replaced": replaced,
        "tissues": list(found.tissues),
        "warnings": [*(found.lesions.warnings if found.lesions else ()), *found.warnings],
    }
    desk.committing()
    reading.take(found, replaced)
    return answer


def _lesions(given: str | None) -> str | MaskFile:
    if given is None or given in LESION_ENGINES:
        return given or LESION_ENGINES[0]
    if not Path(given).is_absolute():
        known = ", ".join(LESION_ENGINES)
        raise InputError(f"segment: lesions is {given!r}: it must be one of {known}, or the absolute path of a file")
    return MaskFile(Path(given))


def _found_by(what: str, given: str | dict[str, Path] | None) -> TissueChoice:
    if not isinstance(given, str):
        return {name: MaskFile(path) for name, path in (given or {}).items()}
    if given != TOTALSEGMENTATOR:
        raise InputError(f"segment: {what} is {given!r}: it must be {TOTALSEGMENTATOR}, or files by name")
    return TOTALSEGMENTATOR
