"""``nemopet studies ROOT``: what lies below a folder, and what would be used of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from NEMOPETLib.command_line.options import add_series_options
from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import DicomFiles
from NEMOPETLib.studies.selection import Candidate
from NEMOPETLib.studies.study import FoundStudy, find_studies


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("root", type=Path, metavar="ROOT", help="a folder; searched to any depth")
    add_series_options(parser, "pet", "ct")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """List the studies.

    Raises
    ------
    InputError
        If nothing below the folder can be used.
    """
    found, files = find_studies(
        arguments.root, pet_series=arguments.pet_series, ct_series=arguments.ct_series, progress=progress_bar
    )
    result = {"studies": [_study(one) for one in found], "files": _files(files)}
    write_result(result, arguments, _lines(result))
    if all(one.selection is None for one in found):
        problems = "; ".join(sorted({one.problem for one in found}))
        raise InputError(f"{arguments.root} holds no PET/CT pair: {problems}")
    return 0


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


def _lines(result: dict[str, Any]) -> Iterator[str]:
    for study in result["studies"]:
        yield f"study of {study['study_date'] or 'unknown date'}, patient {study['patient_id'] or '(no id)'}"
        for name in ("pet", "ct"):
            if study[name]:
                one = study[name]
                yield f"  {name.upper()}: {one['series']}, {one['slices']} slices, {one['folder']}"
        if study["problem"]:
            yield f"  not usable: {study['problem']}"
        else:
            yield from (f"  left out: {out['series']}: {out['reason']}" for out in study["left_out"])
        yield from (f"  warning: {warning}" for warning in study["warnings"])
    yield from (f"unreadable: {bad['path']}: {bad['reason']}" for bad in result["files"]["unreadable"])
