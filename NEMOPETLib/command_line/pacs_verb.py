"""``nemopet pacs fetch|store``: studies out of a PACS, results back into it."""

from __future__ import annotations

import argparse
from pathlib import Path

from NEMOPETLib.command_line.output import add_json_option, progress_bar, say, write_result
from NEMOPETLib.dicom_out.own_objects import own_objects
from NEMOPETLib.errors import InputError
from NEMOPETLib.pacs.archive import Query
from NEMOPETLib.pacs.pacs_config import read_pacs_config
from NEMOPETLib.pacs.transfer import archive_of, fetch_studies, store_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("what", choices=["fetch", "store"], help="PET/CT studies into a folder, or results back")
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="fetch: the folder; store: folders or files of results"
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
        files = own_objects(arguments.paths)
        failed = store_results(archive, files, progress_bar)
        done = {"stored": len(files) if not failed else None, "failures": list(failed)}
        write_result(done, arguments, [f"{len(files)} objects looked at, {len(failed)} folders failed"])
    else:
        queries = _queries(arguments)
        fetched = fetch_studies(archive, queries, _only(arguments.paths), progress_bar)
        failed = (
            *(f"{queries[query]}: no study with a PET was found" for query in fetched.absent),
            *(f"study {name}: {reason}" for name, reason in fetched.failures),
        )
        folders = [str(folder) for folder in fetched.folders]
        write_result({"studies": folders, "failures": list(failed)}, arguments, folders)
    for failure in failed:
        say(f"failed: {failure}")
    return 1 if failed else 0


def _only(paths: list[Path]) -> Path:
    if len(paths) != 1:
        raise InputError("fetch: give one folder")
    return paths[0]


def _queries(arguments: argparse.Namespace) -> dict[Query, str]:
    """One query a patient, or one for all; of each what names it without naming the patient."""
    patients = _listed(arguments.patients)
    patients |= {patient: f"--patient-id, number {at}" for at, patient in enumerate(arguments.patient_id, start=1)}
    if not (patients or arguments.study_date or arguments.accession_number or arguments.study_uid):
        raise InputError("say which studies: --patient-id, --patients, --study-date, --accession-number or --study-uid")
    return {
        Query(patient, arguments.study_date, arguments.accession_number, arguments.study_uid): name
        for patient, name in (patients or {"": "the query"}).items()
    }


def _listed(file: Path | None) -> dict[str, str]:
    """The patients of a file, and of each the line that names it."""
    if file is None:
        return {}
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not in UTF-8: save it as UTF-8") from error
    return {line.strip(): f"{file}, line {at}" for at, line in enumerate(lines, start=1) if line.strip()}
