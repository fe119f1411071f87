"""Where each study of a batch stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Standing = Literal["done", "readers", "foreign", "changed", "failed", "left_out", "waiting"]


@dataclass(frozen=True)
class PatientStanding:
    """Where one study stands.

    Parameters
    ----------
    where
        Its folder, relative to the archive's.
    standing
        ``done`` (now or before), ``readers`` (approved or corrected, left alone), ``foreign`` (a row that no batch
        wrote), ``changed`` (done, of what is no longer so), ``failed``, ``left_out`` (no PET/CT), ``waiting``.
    patient_id, study_uid
        Key of the row; empty where no study could be read.
    is_new
        Whether it was done in this run.
    step, reason
        Where and why it failed, was left out or is not as it was.
    row
        What the table says of it.
    folder
        Where its page and picture lie; None where there are none.
    """

    where: str
    standing: Standing
    patient_id: str = ""
    study_uid: str = ""
    is_new: bool = False
    step: str = ""
    reason: str = ""
    row: Mapping[str, object] = field(default_factory=dict)
    folder: Path | None = None


@dataclass(frozen=True)
class BatchSummary:
    """Where everything stands, in the order of the table."""

    patients: Sequence[PatientStanding]

    @property
    def failures(self) -> list[PatientStanding]:
        """What failed."""
        return [one for one in self.patients if one.standing == "failed"]

    @property
    def counts(self) -> dict[Standing, int]:
        """How many stand how."""
        return dict(Counter(one.standing for one in self.patients))

    @property
    def to_review(self) -> list[PatientStanding]:
        """The reader's queue: rows that nobody has approved."""
        with_row = (one for one in self.patients if one.row)
        return [one for one in with_row if str(one.row.get("reviewed") or "").strip() != "1"]
