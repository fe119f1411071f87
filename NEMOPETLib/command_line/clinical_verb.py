"""``nemopet clinical CLINICAL --cohort FILE``: the user's clinical table merged into the cohort table."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from NEMOPETLib.cohort.clinical import merge_clinical, unchanged
from NEMOPETLib.command_line.output import add_json_option, write_result
from NEMOPETLib.privacy.pseudonyms import Pseudonyms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "clinical", type=Path, metavar="CLINICAL", help="CSV or .xlsx with patient_id, hr, her2, os_months …"
    )
    parser.add_argument("--cohort", type=Path, required=True, metavar="FILE", help="the cohort table")
    parser.add_argument(
        "--pseudonymise", type=Path, metavar="KEYFILE", help="the key file that the cohort table was written with"
    )
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Merge, and list what does not match; 1 if there is any."""
    known_as = Pseudonyms.open(arguments.pseudonymise).name_of if arguments.pseudonymise else unchanged
    merge = merge_clinical(arguments.cohort, arguments.clinical, known_as)
    lines = [f"{merge.merged_rows} rows merged", *(f"mismatch: {one.text}" for one in merge.mismatches)]
    write_result(asdict(merge), arguments, lines)
    return 1 if merge.mismatches else 0
