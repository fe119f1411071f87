"""``nemopet pacs fetch|store``: studies out of a PACS, results back into it."""

from __future__ import annotations

import argparse
from pathlib import Path

from NEMOPETLib.command_line.output import add_json_option, progress_bar, say, write_result
from NEMOPETLib.errors import InputError
from NEMOPETLib.pacs.archive import Query
from NEMOPETLib.pacs.pacs_config import read_pacs_config
from NEMOPETLib.pacs.transfer import archive_of, fetch_studies, result_files, store_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("what", choices=["fetch", "store"], help="PET/CT studies into a folder, or results back")
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="fetch: the folder; store: cohort folders or DICOM files"
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="TOML: how the PACS is reached")
    query = parser.add_argument_group("which studies to fetch")
    query.add_argument("--patient-id", nargs="+", default=[], metavar="ID", help="of these patients")
    query.add_argument("--patients", type=Path, metavar="FILE", help="of the patients of a file, an id a line")
    query.add_argument("--study-date", default="", metavar="DATES", help="YYYYMMDD, or a range YYYYMMDD-YYYYMMDD")
    query.add_argument("--accession-number", default="", metavar="NUMBER", help="of this order")
    query.add_argument("--study-uid", default="", metavar="UID", help="this study")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Fetch or store; 1 if something failed and the rest is done."""
    archive = archive_of(read_pacs_config(arguments.config))
    if arguments.what == "store":
        files = result_files(arguments.paths)
        if not files:
            raise InputError("there is no DICOM object to store: write them with nemopet run --dicom, or export")
        failed = store_results(archive, files, progress_bar)
        done = {"stored": len(files) if not failed else None, "failures": list(failed)}
        write_result(done, arguments, [f"{len(files)} objects looked at, {len(failed)} folders failed"])
    else:
        fetched = fetch_studies(archive, _queries(arguments), _only(arguments.paths), progress_bar)
        failed = tuple(f"study {name}: {reason}" for name, reason in fetched.failures)
        folders = [str(folder) for folder in fetched.folders]
        write_result({"studies": folders, "failures": list(failed)}, arguments, folders)
    for failure in failed:
        say(f"failed: {failure}")
    return 1 if failed else 0


def _only(paths: list[Path]) -> Path:
    if len(paths) != 1:
        raise InputError("fetch: give one folder")
    return paths[0]


def _queries(arguments: argparse.Namespace) -> list[Query]:
    """One query a patient, or one for all."""
    patients = [*arguments.patient_id, *_listed(arguments.patients)]
    if not (patients or arguments.study_date or arguments.accession_number or arguments.study_uid):
        raise InputError("say which studies: --patient-id, --patients, --study-date, --accession-number or --study-uid")
    return [
        Query(patient, arguments.study_date, arguments.accession_number, arguments.study_uid)
        for patient in patients or [""]
    ]


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
