"""UIDs that follow from what they name, so that the same results written twice are the same objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_OID, uuid5

from NEMOPETLib.measurements.lesions import Lesion
from NEMOPETLib.measurements.patient_measurements import TISSUES

ALL_LESIONS, PATIENT = "all lesions", "patient"
_OF_THE_STUDY = (ALL_LESIONS, *TISSUES, PATIENT)


def derived_uid(*words: str) -> str:
    """A UID made from words: a name-based UUID (RFC 9562, version 5) below 2.25, as PS3.5 B.2 has it."""
    return f"2.25.{uuid5(NAMESPACE_OID, '/'.join(words)).int}"


def results_uid(study_uid: str, lesions: Sequence[Lesion]) -> str:
    """What the cohort row names its results by, as ``tracking_uid``: other lesions, another UID.

    Parameters
    ----------
    study_uid
        Study Instance UID.
    lesions
        As measured; their numbers, sizes and places count.
    """
    places = [f"{one.label} {one.voxel_count} {_place(one.centroid_lps_mm)}" for one in lesions]
    return derived_uid(study_uid, *places)


def tracking_uids(study_uid: str, lesions: Sequence[Lesion]) -> dict[str, str]:
    """Tracking UID of each finding of a study by its name: ``lesion 3``, ``all lesions``, ``muscle``, ``patient``.

    A lesion is known by the place of its hottest voxel, which no other can have. So it stays the same finding when it
    is numbered otherwise or its border is corrected, and whatever becomes of the others.

    Parameters
    ----------
    study_uid
        Study Instance UID.
    lesions
        As measured; one without any finite SUV is known by its centre.
    """
    of_lesions = {
        f"lesion {one.label}": derived_uid(study_uid, f"lesion {_place(one.suv_max_lps_mm or one.centroid_lps_mm)}")
        for one in lesions
    }
    return {**of_lesions, **{name: derived_uid(study_uid, name) for name in _OF_THE_STUDY}}


def listed(uids: Mapping[str, str]) -> str:
    """As the row's ``finding_uids`` has them: ``lesion 1=2.25.…; muscle=2.25.…``."""
    return "; ".join(f"{name}={uid}" for name, uid in uids.items())


def _place(position_mm: Sequence[float]) -> str:
    """A position in hundredths of a millimetre."""
    return " ".join(f"{round(100 * mm)}" for mm in position_mm)
