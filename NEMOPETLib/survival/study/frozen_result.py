"""What a study or a scored table finds of a frozen model on rows that did not teach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.risk_model import RiskModel
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_result import Performance


@dataclass(frozen=True, eq=False)
class FrozenEvaluation:
    """What became of rows that a frozen model scored.

    Parameters
    ----------
    model
        The model.
    n, events
        Rows with a score and a usable outcome, and their events.
    performance
        Of the risk score and predicted survival.
    groups
        By method of the model's cut-points.
    notes
        What was left out or could not be told, one line each.
    """

    model: RiskModel
    n: int
    events: int
    performance: Performance
    groups: Mapping[Method, RiskGroups]
    notes: tuple[str, ...]
