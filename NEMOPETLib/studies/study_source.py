"""Where the images of a study lie, as the row's ``study_path`` keeps it: enough to open the study again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from NEMOPETLib.errors import InputError

_SEPARATOR = " | "


@dataclass(frozen=True)
class StudySource:
    """A DICOM folder and which of its series, or a PET and a CT image file.

    Parameters
    ----------
    path
        The folder, or the PET image file.
    ct
        The CT image file; None for a folder.
    pet_series, ct_series
        Series Number or UID that the user chose; None leaves the choice to ``select_series``.
    pet_unit, uptake_min
        Of a PET image file: see ``ImageFileUnit``.
    """

    path: Path
    ct: Path | None = None
    pet_series: str | None = None
    ct_series: str | None = None
    pet_unit: Literal["suvbw", "bqml"] = "suvbw"
    uptake_min: float | None = None

    def text(self, base: Path) -> str:
        """As a cell of a table in the folder ``base``: paths below it relative to it, others whole."""
        parts = [_below(self.path, base)]
        if self.ct is not None:
            parts += [f"ct={_below(self.ct, base)}", f"pet_unit={self.pet_unit}"]
            parts += [] if self.uptake_min is None else [f"uptake_min={self.uptake_min!r}"]
        parts += [] if self.pet_series is None else [f"pet_series={self.pet_series}"]
        parts += [] if self.ct_series is None else [f"ct_series={self.ct_series}"]
        return _SEPARATOR.join(parts)


def source_of_text(text: str, base: Path) -> StudySource:
    """What ``StudySource.text`` wrote.

    Raises
    ------
    InputError
        If it is no such text.
    """
    path, *parts = text.split(_SEPARATOR)
    given = dict(part.partition("=")[::2] for part in parts)
    unit, ct = given.pop("pet_unit", "suvbw"), given.pop("ct", None)
    pet_series, ct_series = given.pop("pet_series", None), given.pop("ct_series", None)
    uptake = given.pop("uptake_min", None)
    if not path or given or unit not in ("suvbw", "bqml"):
        raise InputError(f"study_path {text!r} does not say where the images lie: open the study by its folder")
    try:
        uptake_min = None if uptake is None else float(uptake)
    except ValueError:
        raise InputError(f"study_path {text!r}: {uptake} are no minutes") from None
    return StudySource(
        base / path,
        None if ct is None else base / ct,
        pet_series,
        ct_series,
        cast("Literal['suvbw', 'bqml']", unit),
        uptake_min,
    )


def _below(path: Path, base: Path) -> str:
    whole, root = path.resolve(), base.resolve()
    return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()
