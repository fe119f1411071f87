"""What was injected: activity, nuclide, half-life and time."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.overrides import Overrides

# Half-lives in seconds: Laboratoire National Henri Becquerel, Recommended Data. F-18 as scanners write it.
HALF_LIFE_S = {
    "F18": 6586.2, "C11": 1221.8, "N13": 597.9, "O15": 122.24, "GA68": 4062.6, "CU64": 45721.0,
    "ZR89": 282276.0, "I124": 360806.0, "RB82": 75.45,
}  # fmt: skip
# Fluorine-18 in DICOM's context group 4020, as SNOMED-RT and SNOMED CT; other nuclides go by their meaning.
_FLUORINE_CODES = ("C-111A1", "77004003")
_ELEMENTS = {
    "FLUORINE": "F", "CARBON": "C", "NITROGEN": "N", "OXYGEN": "O", "GALLIUM": "GA", "COPPER": "CU",
    "ZIRCONIUM": "ZR", "IODINE": "I", "RUBIDIUM": "RB",
}  # fmt: skip
# Beyond six half-lives less than 2 % of the activity is left: no scan is made then, so the time is wrong.
_MOST_HALF_LIVES = 6.0
_USUAL_UPTAKE_MIN = (45, 120)


@dataclass(frozen=True)
class Radiopharmaceutical:
    """The injected activity and how it decays.

    Parameters
    ----------
    dose_bq
        Injected activity in Bq at the time of injection, None if the header has none.
    half_life_s
        Half-life of the nuclide in seconds.
    warnings
        What was assumed or corrected, one line each.
    """

    dose_bq: float | None
    half_life_s: float
    warnings: tuple[str, ...] = ()

    def required_dose_bq(self) -> float:
        """The injected activity. Raises InputError that names ``--dose-mbq`` if it is unknown."""
        if self.dose_bq is None:
            raise InputError("the PET header has no injected dose (0018,1074): give --dose-mbq")
        return self.dose_bq

    def remaining(self, seconds: float) -> float:
        """Fraction of the activity left after so many seconds: 2^(−t/T½)."""
        return math.exp2(-seconds / self.half_life_s)

    def average_count_time_s(self, duration_s: float) -> float:
        """Seconds from a frame's start to the moment when the activity equals the frame's average.

        ln(λT/(1−e^(−λT)))/λ for a frame of T seconds (QIBA FDG-PET profile, appendix on SUV).
        """
        decay = math.log(2) / self.half_life_s * duration_s
        return 0.0 if decay <= 0 else math.log(decay / -math.expm1(-decay)) / decay * duration_s


def read_radiopharmaceutical(header: Dataset, overrides: Overrides) -> Radiopharmaceutical:
    """The radiopharmaceutical of a PET header.

    Raises
    ------
    InputError
        If the dose is not positive or not a plausible one, or if the half-life is neither given nor known.
    """
    warnings: list[str] = []
    item = _item(header, warnings)
    half_life = _half_life_s(item, warnings)
    dose = overrides.dose_mbq * 1e6 if overrides.dose_mbq is not None else _dose_bq(item, warnings)
    return Radiopharmaceutical(dose, half_life, tuple(warnings))


def injection_time(
    header: Dataset, scan: dt.datetime, overrides: Overrides, half_life_s: float
) -> tuple[dt.datetime, list[str]]:
    """When the dose was injected, and warnings.

    In this order: the override; Radiopharmaceutical Start DateTime (0018,1078); Radiopharmaceutical Start Time
    (0018,1072) on the day of the scan, or the day before if that would be after the scan (midnight between
    the two). A DateTime a day or more from the scan is a slip of de-identification: its time of day is used.

    Parameters
    ----------
    header
        A PET header.
    scan
        Local time to which the image is decay-corrected.
    half_life_s
        Half-life in seconds: an uptake of more than six half-lives is refused.

    Raises
    ------
    InputError
        If there is no injection time, or if it is after the scan or implausibly long before it.
    """
    warnings: list[str] = []
    item = _item(header, [])
    given = overrides.injection_time
    stated = h.parse_moment(given) if given else h.moment(item, "RadiopharmaceuticalStartDateTime")
    clock = h.parse_time(given) if given else h.time(item, "RadiopharmaceuticalStartTime")
    if given and stated is None and clock is None:
        raise InputError(f"--injection-time {given}: write it as HH:MM:SS or YYYY-MM-DDTHH:MM:SS")
    if stated is not None and abs(scan - stated) >= dt.timedelta(days=1):
        warnings.append("the injection's date does not fit the scan's: only its time of day was used")
        clock, stated = stated.time(), None
    if stated is None:
        if clock is None:
            raise InputError("the PET header has no injection time (0018,1078 or 0018,1072): give --injection-time")
        stated = dt.datetime.combine(scan.date(), clock)
        if stated > scan:
            stated -= dt.timedelta(days=1)
            warnings.append("the injection was taken to be on the day before the scan (midnight between them)")
    uptake = (scan - stated).total_seconds()
    if not 0 <= uptake <= _MOST_HALF_LIVES * half_life_s:
        raise InputError(
            f"the injection ({stated:%H:%M:%S}) is after the scan ({scan:%H:%M:%S}) or implausibly long before it:"
            " correct the header or give --injection-time"
        )
    least, most = _USUAL_UPTAKE_MIN
    if not least <= uptake / 60 <= most:
        warnings.append(f"uptake time {uptake / 60:.0f} min is outside the usual {least}–{most} min")
    return stated, warnings


def _item(header: Dataset, warnings: list[str]) -> Dataset:
    items = header.get("RadiopharmaceuticalInformationSequence") or []
    if len(items) > 1:
        warnings.append(f"the header names {len(items)} radiopharmaceuticals: the first was used")
    return items[0] if items else Dataset()


def _dose_bq(item: Dataset, warnings: list[str]) -> float | None:
    dose = h.number(item, "RadionuclideTotalDose")
    if dose is None:
        return None
    if 10 <= dose <= 2000:
        warnings.append(f"RadionuclideTotalDose {dose:g} was taken as MBq")
        return dose * 1e6
    if not 1e6 <= dose <= 2e9:
        raise InputError(f"RadionuclideTotalDose {dose:g} Bq is not an injected dose: give --dose-mbq")
    return dose


def _half_life_s(item: Dataset, warnings: list[str]) -> float:
    stated, nuclide = h.number(item, "RadionuclideHalfLife"), _nuclide(item)
    known = HALF_LIFE_S.get(nuclide)
    if stated is not None and stated > 0 and (known is None or abs(stated / known - 1) < 0.02):
        return stated
    if known is None:
        raise InputError("the PET header has neither a half-life (0018,1075) nor a nuclide whose half-life is known")
    warnings.append(
        f"half-life {'is absent' if not stated else f'{stated:g} s is wrong'}: {known:g} s of {nuclide} used"
    )
    return known


def _nuclide(item: Dataset) -> str:
    """The nuclide as in ``HALF_LIFE_S``; an FDG without any code is F-18, and ``""`` is not known."""
    for code in item.get("RadionuclideCodeSequence") or []:
        if h.text(code, "CodeValue") in _FLUORINE_CODES:
            return "F18"
        meaning = h.text(code, "CodeMeaning").upper()  # "^18^Fluorine", "18F", "F-18"
        element = "".join(c for c in meaning if c.isalpha())
        nuclide = _ELEMENTS.get(element, element) + "".join(c for c in meaning if c.isdigit())
        if nuclide in HALF_LIFE_S:
            return nuclide
    agent = h.text(item, "Radiopharmaceutical").upper()
    return "F18" if "FDG" in agent or "FLUORODEOXYGLUCOSE" in agent else ""
