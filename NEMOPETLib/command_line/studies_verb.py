"""``nemopet studies ROOT``: what lies below a folder, and what would be used of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from NEMOPETLib.command_line.options import add_series_options
from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.listing import studies_listing
from NEMOPETLib.studies.study import find_studies


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
    result = studies_listing(found, files)
    write_result(result, arguments, _lines(result))
    if all(one.selection is None for one in found):
        problems = "; ".join(sorted({one.problem for one in found}))
        raise InputError(f"{arguments.root} holds no PET/CT pair: {problems}")
    return 0


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
