"""What lies below a folder as plain values, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import DicomFiles
from NEMOPETLib.studies.selection import Candidate
from NEMOPETLib.studies.study import FoundStudy


def studies_listing(found: Sequence[FoundStudy], files: DicomFiles) -> dict[str, Any]:
    """Each study with the pair that would be used and what is left out, and how many files there are."""
    return {"studies": [_study(one) for one in found], "files": _files(files)}


def _study(found: FoundStudy) -> dict[str, Any]:
    first = found.series[0]
    day = h.date(first.header, "StudyDate")
    chosen = found.selection
    return {
        "patient_id": first.study[0],
        "study_uid": first.study[1],
        "study_date": day.isoformat() if day else "",
        "pet": _candidate(chosen.pet) if chosen else None,
        "ct": _candidate(chosen.ct) if chosen and chosen.ct else None,
        "problem": found.problem,
        "left_out": [
            {"series_uid": out.series.uid, "series": out.series.label, "reason": out.reason} for out in found.left_out
        ],
        "warnings": [*chosen.warnings, *chosen.pet.stack.warnings, *(chosen.ct.stack.warnings if chosen.ct else ())]
        if chosen
        else [],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    grid = one.stack.grid
    return {
        "series_uid": one.series.uid,
        "series": one.series.label,
        "folder": str(one.series.folder),
        "slices": grid.shape[0],
        "size": [grid.shape[2], grid.shape[1], grid.shape[0]],
        "spacing_mm": [round(float(each), 6) for each in grid.spacing],
        "frame_of_reference": one.series.frame_of_reference,
    }


def _files(files: DicomFiles) -> dict[str, Any]:
    return {
        "dicom": len(files.headers),
        "not_dicom": files.others,
        "unreadable": [{"path": str(path), "reason": reason} for path, reason in files.unreadable],
    }
