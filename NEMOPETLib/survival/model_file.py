"""Frozen models as JSON files: readable by a person, checked when read, no code inside."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import BaselineHazard
from NEMOPETLib.survival.prediction_basis import PredictionBasis
from NEMOPETLib.survival.risk_groups import CutPoint
from NEMOPETLib.survival.risk_model import RiskModel
from NEMOPETLib.survival.time_unit import unsaid_unit
from NEMOPETLib.survival.times import Floats
from NEMOPETLib.whole_file import write_whole

SCHEMA = 1
_CENTRING = "risk = exp(sum over columns of coef * (x - mean)); mean is 0 for columns of -1, 0 and 1 only"


def to_json(model: RiskModel) -> dict[str, Any]:
    """The document that `from_json` reads."""
    return {
        "schema": SCHEMA,
        "kind": "nemopet risk model",
        "model_id": model.model_id,
        "name": model.name,
        "origin": model.origin,
        "endpoint": {"time": model.time, "event": model.event, "unit": model.unit},
        "terms": list(model.terms),
        "levels": {name: list(levels) for name, levels in model.levels.items()},
        "centring": _CENTRING,
        "columns": {
            column: {"coef": coef, "se": se, "mean": mean, "min": low, "max": high}
            for column, coef, se, mean, (low, high) in zip(
                model.columns,
                model.coef.tolist(),
                model.se.tolist(),
                model.means.tolist(),
                model.ranges.tolist(),
                strict=True,
            )
        },
        "baseline": {
            "times": model.baseline.times.tolist(),
            "cumulative_hazard": model.baseline.cumulative.tolist(),
        },
        "prediction": None if model.basis is None else _basis_document(model.basis),
        "cutpoints": {
            method: [{"value": cut.value, "operator": cut.operator} for cut in points]
            for method, points in model.cuts.items()
        },
        "derived": {
            name: {"log": name in model.logged, "model": to_json(inner)} for name, inner in model.derived.items()
        },
        "cohort": {"n": model.n, "events": model.events, "sha256": model.cohort},
        "versions": dict(model.versions),
        "created": model.created,
        "warnings": list(model.warnings),
    }


def _basis_document(basis: PredictionBasis) -> dict[str, Any]:
    return {
        "covariance": basis.covariance.tolist(),
        "hazard_variance": basis.variance.tolist(),
        "covariates": basis.covariates.tolist(),
        "follow_up": basis.follow_up,
    }


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no finite number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _numbers(values: Any) -> Floats:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _baseline(document: Mapping[str, Any]) -> BaselineHazard:
    times, cumulative = _numbers(document["times"]), _numbers(document["cumulative_hazard"])
    rising = (np.diff(times) > 0).all() and (np.diff(cumulative, prepend=0.0) >= 0).all()
    if times.size != cumulative.size or not times.size or not rising:
        raise TypeError("the baseline hazard does not rise along its times")
    return BaselineHazard(times, cumulative)


def _basis(document: Mapping[str, Any] | None, moments: int, columns: int) -> PredictionBasis | None:
    if document is None:
        return None
    covariance = _matrix(document["covariance"], columns, columns)
    variance = _numbers(document["hazard_variance"])
    if variance.size != moments or (np.diff(variance, prepend=0.0) < 0).any():
        raise TypeError("the variance of the baseline hazard does not rise along its times")
    covariates = _matrix(document["covariates"], moments, columns)
    return PredictionBasis(covariance, variance, covariates, _number(document["follow_up"]))


def _matrix(rows: Any, height: int, width: int) -> Floats:
    if len(rows) != height or any(len(row) != width for row in rows):
        raise TypeError(f"a matrix is not {height} by {width}")
    return np.array([[_number(value) for value in row] for row in rows], dtype=np.float64).reshape(height, width)


def _unit(endpoint: Mapping[str, Any]) -> str:
    said = endpoint.get("unit")
    return unsaid_unit(_text(endpoint["time"])) if said is None else _text(said)


def _model(document: Mapping[str, Any]) -> RiskModel:
    columns = {_text(name): column for name, column in document["columns"].items()}
    derived = document["derived"]
    cohort = document["cohort"]
    baseline = _baseline(document["baseline"])
    if document["origin"] not in ("real", "simulated"):
        raise TypeError(f"origin {document['origin']!r} is neither real nor simulated")
    return RiskModel(
        name=_text(document["name"]),
        time=_text(document["endpoint"]["time"]),
        event=_text(document["endpoint"]["event"]),
        terms=tuple(_text(term) for term in document["terms"]),
        levels={name: tuple(map(_text, levels)) for name, levels in document["levels"].items()},
        columns=tuple(columns),
        coef=_numbers(column["coef"] for column in columns.values()),
        se=_numbers(column["se"] for column in columns.values()),
        means=_numbers(column["mean"] for column in columns.values()),
        ranges=np.array([[_number(c["min"]), _number(c["max"])] for c in columns.values()]).reshape(-1, 2),
        baseline=baseline,
        cuts={
            method: tuple(CutPoint(_number(cut["value"]), cut["operator"]) for cut in points)
            for method, points in document["cutpoints"].items()
        },
        origin=document["origin"],
        n=int(_number(cohort["n"])),
        events=int(_number(cohort["events"])),
        cohort=_text(cohort["sha256"]),
        derived={name: _model(part["model"]) for name, part in derived.items()},
        logged=tuple(name for name, part in derived.items() if part["log"] is True),
        versions={name: _text(version) for name, version in document["versions"].items()},
        created=_text(document["created"]),
        warnings=tuple(map(_text, document["warnings"])),
        basis=_basis(document.get("prediction"), baseline.times.size, len(columns)),
        unit=_unit(document["endpoint"]),
    )


def from_json(document: Any) -> RiskModel:
    """Read a document of `to_json`.

    Raises
    ------
    InputError
        It is no model, of another schema, incomplete, or its numbers were changed by hand.
    """
    if not isinstance(document, dict) or document.get("kind") != "nemopet risk model":
        raise InputError("not a NEMO-PET risk model: choose a file of the folder models of a survival study")
    if document.get("schema") != SCHEMA:
        raise InputError(f"risk model of schema {document.get('schema')}: this version reads schema {SCHEMA}")
    try:
        model = _model(document)
    except KeyError as error:
        raise InputError(f"risk model is incomplete: {error.args[0]} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"risk model is damaged: {error}") from error
    if model.model_id != document.get("model_id"):
        raise InputError(f"risk model {model.name} was changed after it was made: its model_id does not fit")
    return model


def write_model(model: RiskModel, path: Path) -> None:
    """Write a model file; an existing one is replaced only once the new one is complete."""
    text = json.dumps(to_json(model), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, f"{text}\n".encode())


def read_model(path: Path) -> RiskModel:
    """Read a model file; errors as for `from_json`, with the path."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot read the risk model: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: not a JSON file: {error}") from error
    try:
        return from_json(document)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
