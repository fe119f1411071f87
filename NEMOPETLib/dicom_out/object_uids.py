"""UIDs that follow from what they name, so that the same results written twice are the same objects."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_OID, uuid5

from NEMOPETLib.measurements.lesions import Lesion


def derived_uid(*words: str) -> str:
    """A UID made from words: a name-based UUID (RFC 9562, version 5) below 2.25, as PS3.5 B.2 has it."""
    return f"2.25.{uuid5(NAMESPACE_OID, '/'.join(words)).int}"


def tracking_uid(study_uid: str, lesions: Sequence[Lesion]) -> str:
    """What the cohort row names its findings by: other lesions, another UID.

    Parameters
    ----------
    study_uid
        Study Instance UID.
    lesions
        As measured; their numbers, sizes and places count.
    """
    places = [
        f"{one.label} {one.voxel_count} " + " ".join(f"{round(100 * mm)}" for mm in one.centroid_lps_mm)
        for one in lesions
    ]
    return derived_uid(study_uid, *places)


def finding_uid(row_uid: str, finding: str) -> str:
    """Tracking UID of one finding of a row: ``lesion 3``, ``muscle``; anybody can make it from the row's."""
    return derived_uid(row_uid, finding)
