"""A study's result on the disk: ``results.json``, ``tables/*.csv``, ``models/*.json``, ``curves/*.json``.

Each file is written beside its place and renamed over it when it is complete.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

from NEMOPETLib.cohort.cells import neutralised
from NEMOPETLib.json_values import without_nan
from NEMOPETLib.survival.model_file import write_model
from NEMOPETLib.survival.study.curves_json import curve_documents
from NEMOPETLib.survival.study.results_json import results_document
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.tables_cohort import cohort_tables
from NEMOPETLib.survival.study.tables_groups import group_tables
from NEMOPETLib.survival.study.tables_models import model_tables
from NEMOPETLib.whole_file import write_whole


def study_tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """Every table of a study by name."""
    tables = {**cohort_tables(result), **model_tables(result), **group_tables(result)}
    if result.classifier is not None:
        tables["classifier"] = pd.DataFrame([vars(learner) for learner in result.classifier.learners])
    return tables


def write_study(result: StudyResult, out: Path) -> tuple[Path, ...]:
    """Write everything but the report below a folder, which is made; ``results.json`` comes last.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    OSError
        Where something cannot be written.
    """
    (out / "tables").mkdir(parents=True, exist_ok=True)
    (out / "models").mkdir(exist_ok=True)
    (out / "curves").mkdir(exist_ok=True)
    written = []
    for name, model in {**result.models, **result.further}.items():
        written.append(out / "models" / f"{file_name(name)}.json")
        write_model(model.frozen, written[-1])
    for name, table in study_tables(result).items():
        written.append(out / "tables" / f"{name}.csv")
        write_text(written[-1], _safe(table).to_csv(index=False, lineterminator="\n"))
    for model_name, method, curves in curve_documents(result):
        written.append(out / "curves" / f"{file_name(model_name)}_{method}.json")
        write_text(written[-1], json.dumps(without_nan(curves), allow_nan=False) + "\n")
    written.append(out / "results.json")
    document = json.dumps(results_document(result), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(written[-1], document + "\n")
    return tuple(written)


def file_name(name: str) -> str:
    """A model's name as part of a file name on any system."""
    return re.sub(r"[^\w+.-]", "_", name)


def write_text(path: Path, text: str) -> None:
    """Write a text file; an existing one is replaced once the new one is complete."""
    write_whole(path, text.encode())


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table without text that a spreadsheet would run."""
    return table.map(lambda cell: neutralised(cell) if isinstance(cell, str) else cell)
