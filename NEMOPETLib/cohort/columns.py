"""The columns of the cohort table: order, group, type and unit of each.

The public contract names them; docs, tables and the survival analysis ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from NEMOPETLib.measurements.definitions import MEASUREMENTS

Kind = Literal["id", "text", "category", "date", "number", "integer", "flag"]
"""``id`` and ``text`` are never read as numbers; ``category`` is text unless every cell is a number;
``date`` is ISO 8601; ``flag`` is 0 or 1."""

Group = Literal["patient", "measurements", "score", "clinical", "provenance"]


@dataclass(frozen=True)
class Column:
    """One column of the cohort table.

    Parameters
    ----------
    name
        Its header.
    group
        The part of the table it belongs to.
    kind
        How its cells are read.
    unit
        Unit of a number, ``""`` for one without.
    """

    name: str
    group: Group
    kind: Kind
    unit: str = ""


COLUMNS: tuple[Column, ...] = (
    Column("patient_id", "patient", "id"),
    Column("study_uid", "patient", "id"),
    Column("study_date", "patient", "date"),
    Column("sex", "patient", "category"),
    Column("age_years", "patient", "number", "years"),
    Column("weight_kg", "patient", "number", "kg"),
    Column("height_m", "patient", "number", "m"),
    Column("bmi", "patient", "number", "kg/m²"),
    *(
        Column(measured.column, "measurements", "number" if measured.unit else "integer", measured.unit)
        for measured in MEASUREMENTS
    ),
    Column("bci", "score", "number"),
    Column("risk_score", "score", "number"),
    Column("risk_group", "score", "category"),
    Column("model_id", "score", "text"),
    Column("hr", "clinical", "flag"),
    Column("her2", "clinical", "flag"),
    Column("subtype", "clinical", "category"),
    Column("os_months", "clinical", "number", "months"),
    Column("os_event", "clinical", "flag"),
    Column("set", "clinical", "category"),
    *(
        Column(name, "provenance", "text")
        for name in (
            "software_version",
            "lesion_engine",
            "tissue_engine",
            "suv_scheme",
            "lbm_formula",
            "overrides",
            "corrected_segments",
            "reader",
        )
    ),
    Column("reviewed", "provenance", "category"),
    *(
        Column(name, "provenance", "text")
        for name in ("masks_path", "study_path", "tracking_uid", "finding_uids", "warnings", "measured_at")
    ),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

KEY: tuple[str, str] = ("patient_id", "study_uid")
"""What makes a row unique: one patient, one study."""
