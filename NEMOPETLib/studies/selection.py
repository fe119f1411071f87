"""Which PET and CT series of a study are used, and why each other one is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.series import Series
from NEMOPETLib.studies.slices import Stack, stack_slices

_PET_CLASSES = ("1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1")
_CT_CLASSES = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
_NOT_CORRECTED = re.compile(r"\b(NAC|N\.?A\.?C\.?|NO[NT]?[ _-]*(AC|ATT\w*)([ _-]*CORR\w*)?|UNCORR\w*)\b", re.IGNORECASE)
_SHARP_KERNEL = re.compile(
    r"LUNG|BONE|EDGE|SHARP|DETAIL|\b[BDHIQ][A-Z]?[5-9]\d|^(FC5|FC8|YB|YC|YD|L$|E$)", re.IGNORECASE
)
_FEWEST_SLICES = 3
_AXIAL = 0.9  # least cosine between the normal and the body's axis
_WHOLE_BODY_MM = 700  # from the skull base to mid-thigh is more
_SAME_EXTENT = 0.9  # of the longest: series that reach as far are reconstructions of one scan
_LEAST_COVERAGE = 0.9  # of the PET's box, below which the reader is told


@dataclass(frozen=True)
class LeftOut:
    """A series that is not used, and why."""

    series: Series
    reason: str


@dataclass(frozen=True, eq=False)
class Candidate:
    """A series that could be used, with its slices in order."""

    series: Series
    stack: Stack

    @property
    def extent_mm(self) -> float:
        """Length along the slice normal, in mm."""
        return float(self.stack.grid.shape[0] * self.stack.grid.spacing[2])


@dataclass(frozen=True, eq=False)
class Selection:
    """The PET and CT of one study; ``ct`` is None if no series fits the PET."""

    pet: Candidate
    ct: Candidate | None
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]


def select_series(series: Sequence[Series], pet_series: str | None = None, ct_series: str | None = None) -> Selection:
    """Choose the attenuation-corrected PET and the CT of one study.

    PET: among axial, static, attenuation-corrected series, one that a CT of the same frame of reference fits;
    then the longest (whole body); of several reconstructions of it the original before derived ones, then the
    lowest series number. CT: of the PET's frame of reference, the one that covers most of the PET (to a tenth);
    then a kernel for soft tissue before a sharp one, then the wider field of view, the lowest series number.

    Parameters
    ----------
    series
        All series of one patient's study.
    pet_series, ct_series
        Series Number or Series Instance UID to use instead of the choice.

    Raises
    ------
    InputError
        If no PET can be used: it says why for each.
    """
    left_out: list[LeftOut] = []
    pets = _candidates(_asked(series, pet_series, "PT", left_out), "PT", left_out)
    cts = _without_scouts(_candidates(_asked(series, ct_series, "CT", left_out), "CT", left_out), left_out)
    left_out += [
        LeftOut(one, f"modality {one.modality or 'unknown'}") for one in series if one.modality not in ("PT", "CT")
    ]
    if not pets:
        reasons = "; ".join(f"{out.series.label}: {out.reason}" for out in left_out if out.series.modality == "PT")
        raise InputError(f"no attenuation-corrected PET can be used: {reasons or 'the study has no PET series'}")
    pet = _best_pet(pets, cts, left_out)
    ct, warnings = _best_ct(pet, cts, left_out)
    warnings += _pet_warnings(pet)
    return Selection(pet, ct, tuple(left_out), tuple(warnings))


def _pet_warnings(pet: Candidate) -> list[str]:
    header, warnings = pet.series.header, []
    if not (h.words(header, "CorrectedImage") or h.text(header, "AttenuationCorrected")):
        warnings.append("the PET header does not say whether it is attenuation-corrected")
    promised = int(h.number(header, "NumberOfSlices") or 0)
    if promised > len(pet.stack.slices):
        warnings.append(f"the PET header promises {promised} slices, {len(pet.stack.slices)} were found")
    if pet.extent_mm < _WHOLE_BODY_MM:
        warnings.append(f"the PET is {pet.extent_mm:.0f} mm long: not a whole body")
    return warnings


def select_ct(series: Sequence[Series], ct_series: str | None = None) -> tuple[Candidate, list[str]]:
    """The CT of a study where there is no PET to choose it by, and warnings.

    Of several the longest is taken, then as for a PET, and a warning says so.

    Raises
    ------
    InputError
        If there is none that can be used: it says why for each.
    """
    left_out: list[LeftOut] = []
    cts = _without_scouts(_candidates(_asked(series, ct_series, "CT", left_out), "CT", left_out), left_out)
    if not cts:
        reasons = "; ".join(f"{out.series.label}: {out.reason}" for out in left_out)
        raise InputError(f"no CT can be used: {reasons or 'there is no CT series'}")
    longest = max(ct.extent_mm for ct in cts)
    best = min(cts, key=lambda ct: (ct.extent_mm < _SAME_EXTENT * longest, *_ct_quality(ct)))
    numbers = ", ".join(str(ct.series.number) for ct in cts)
    return best, [f"of several CT series ({numbers}) {best.series.label} was used"] if len(cts) > 1 else []


def _asked(series: Sequence[Series], wanted: str | None, modality: str, left_out: list[LeftOut]) -> list[Series]:
    """The series of a modality, or only the one that the user named."""
    found = [one for one in series if one.modality == modality]
    if wanted is None:
        return found
    named = [one for one in found if wanted in (str(one.number), one.uid)]
    if not named:
        numbers = ", ".join(str(one.number) for one in found) or "none"
        raise InputError(f"there is no {modality} series {wanted} in the study; there are: {numbers}")
    left_out += [LeftOut(one, f"series {wanted} was asked for") for one in found if one not in named]
    return named


def _candidates(series: Iterable[Series], modality: str, left_out: list[LeftOut]) -> list[Candidate]:
    found = []
    for one in series:
        reason = _unfit(one, modality)
        if reason is None:
            try:
                found.append(Candidate(one, stack_slices(one.slices)))
            except InputError as error:
                reason = str(error)
        if reason is not None:
            left_out.append(LeftOut(one, reason))
    return found


def _unfit(series: Series, modality: str) -> str | None:
    """Why a series is not an axial volume of attenuation-corrected PET or of CT; None if it is one."""
    header, kinds = series.header, h.words(series.header, "ImageType")
    if h.text(header, "SOPClassUID") not in (_PET_CLASSES if modality == "PT" else _CT_CLASSES):
        return "a secondary capture or other derived object, not an image of the scanner"
    if (h.number(header, "SamplesPerPixel") or 1) > 1:
        return "a colour picture"
    if {"LOCALIZER", "SCOUT"} & set(kinds):
        return "a scout view"
    if {"PROJECTION IMAGE", "MIP"} & set(kinds):
        return "a projection, not a volume"
    cosines = h.numbers(header, "ImageOrientationPatient", 6)
    if cosines is not None and abs(np.cross(cosines[:3], cosines[3:])[2]) < _AXIAL:
        return "not axial: a reformatted series"
    return _unfit_pet(series) if modality == "PT" else None


def _without_scouts(cts: list[Candidate], left_out: list[LeftOut]) -> list[Candidate]:
    """The CTs but for those of a slice or two, where there are others: scouts that do not say so."""
    volumes = [ct for ct in cts if len(ct.stack.slices) >= _FEWEST_SLICES]
    if not volumes:
        return cts
    reason = "a slice or two only: a scout or a selection"
    left_out += [LeftOut(ct.series, reason) for ct in cts if ct not in volumes]
    return volumes


def _unfit_pet(series: Series) -> str | None:
    header = series.header
    # Number of Time Slices tells nothing: GE whole-body series count their beds in it.
    if {"DYNAMIC", "GATED"} & set(h.words(header, "SeriesType")):
        return "dynamic or gated"
    corrections = h.words(header, "CorrectedImage")
    stated = h.text(header, "AttenuationCorrected").upper()
    if stated == "NO" or (corrections and "ATTN" not in corrections) or _NOT_CORRECTED.search(series.label):
        return "not attenuation-corrected"
    return None


def _best_pet(pets: list[Candidate], cts: list[Candidate], left_out: list[LeftOut]) -> Candidate:
    longest = max(pet.extent_mm for pet in pets)

    def rank(pet: Candidate) -> tuple[object, ...]:
        derived = "DERIVED" in h.words(pet.series.header, "ImageType")
        paired = any(_same_frame(pet, ct) and _coverage(pet, ct) > 0 for ct in cts)
        return not paired, pet.extent_mm < _SAME_EXTENT * longest, derived, pet.series.number, pet.series.uid

    best = min(pets, key=rank)
    for pet in pets:
        if pet is best:
            continue
        if rank(pet)[0] and not rank(best)[0]:
            reason = "no CT of its frame of reference"
        elif pet.extent_mm < _SAME_EXTENT * best.extent_mm:
            reason = f"covers {pet.extent_mm:.0f} mm, while {best.series.label} covers {best.extent_mm:.0f} mm"
        else:
            reason = "; ".join(("another reconstruction", _chosen(best)))
        left_out.append(LeftOut(pet.series, reason))
    return best


def _chosen(best: Candidate) -> str:
    return f"{best.series.label} was chosen"


def _best_ct(pet: Candidate, cts: list[Candidate], left_out: list[LeftOut]) -> tuple[Candidate | None, list[str]]:
    fitting = []
    for ct in cts:
        if not _same_frame(pet, ct):
            left_out.append(LeftOut(ct.series, "another frame of reference than the PET"))
        elif _coverage(pet, ct) == 0:
            left_out.append(LeftOut(ct.series, "does not overlap the PET"))
        else:
            fitting.append(ct)
    if not fitting:
        return None, []

    def rank(ct: Candidate) -> tuple[object, ...]:
        return -round(_coverage(pet, ct), 1), *_ct_quality(ct)

    best = min(fitting, key=rank)
    names = ("covers less of the PET", "a sharp kernel", "a narrower field of view", "another reconstruction", "")
    for ct in fitting:
        if ct is not best:
            differs = next(i for i, (a, b) in enumerate(zip(rank(ct), rank(best), strict=True)) if a != b)
            left_out.append(LeftOut(ct.series, f"{names[min(differs, 3)]}; {_chosen(best)}"))
    warnings = []
    if _coverage(pet, best) < _LEAST_COVERAGE:
        warnings.append(f"the CT covers only {100 * _coverage(pet, best):.0f} % of the PET's length")
    if not (pet.series.frame_of_reference and best.series.frame_of_reference):
        warnings.append("PET or CT names no frame of reference: that they are aligned is assumed")
    return best, warnings


def _ct_quality(ct: Candidate) -> tuple[object, ...]:
    """Less is better: a kernel for soft tissue, a wide field of view (to a centimetre), a low series number."""
    grid = ct.stack.grid
    width_mm = min(grid.shape[1] * grid.spacing[1], grid.shape[2] * grid.spacing[0])
    sharp = bool(_SHARP_KERNEL.search(" ".join(h.words(ct.series.header, "ConvolutionKernel"))))
    return sharp, -round(width_mm / 10), ct.series.number, ct.series.uid


def _same_frame(pet: Candidate, ct: Candidate) -> bool:
    """Whether both name the same frame of reference; a missing one is no contradiction."""
    frames = {pet.series.frame_of_reference, ct.series.frame_of_reference} - {""}
    return len(frames) < 2


def _coverage(pet: Candidate, ct: Candidate) -> float:
    """Fraction of the PET's length (along the body, LPS z) that the CT covers, 0 if the boxes do not meet."""
    pet_box, ct_box = _box(pet.stack), _box(ct.stack)
    overlap = np.minimum(pet_box[1], ct_box[1]) - np.maximum(pet_box[0], ct_box[0])
    return float(overlap[2] / (pet_box[1] - pet_box[0])[2]) if (overlap > 0).all() else 0.0


def _box(stack: Stack) -> NDArray[np.float64]:
    """Least and greatest LPS coordinates of the outer voxel faces, in mm; shape (2, 3)."""
    faces = stack.grid.corner_indices() * (1 + 1e-12)
    outer = np.where(faces > 0, faces + 0.5, -0.5)
    corners = stack.grid.positions(outer)
    return np.stack([corners.min(axis=0), corners.max(axis=0)])
