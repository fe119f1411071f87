"""Tables about the patients of a study: who was analysed, and what they are like."""

from __future__ import annotations

from typing import Any

import pandas as pd

from NEMOPETLib.survival.associations import Summary
from NEMOPETLib.survival.study.cohort_result import BaselineCategory, BaselineNumber
from NEMOPETLib.survival.study.study_result import StudyResult

Row = dict[str, Any]


def cohort_tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """``rows``, ``missing``, ``baseline``, ``bci``, ``spearman``, ``spearman_p`` and ``scores``."""
    tables = {
        "rows": pd.DataFrame(_rows(result)),
        "missing": pd.DataFrame(_missing(result), columns=["set", "column", "missing", "rows"]),
        "baseline": pd.DataFrame([line for row in result.baseline for line in _baseline(row)]),
        "scores": _scores(result),
    }
    if result.composition is not None:
        tables["bci"] = pd.DataFrame(_composition(result))
    found = result.correlations
    if found is not None:
        names = pd.Index(found.names, name="variable")
        tables["spearman"] = pd.DataFrame(found.rho, names, found.names).reset_index()
        tables["spearman_p"] = pd.DataFrame(found.p, names, found.names).reset_index()
    return tables


def _rows(result: StudyResult) -> list[Row]:
    lines = []
    for name, flow in result.cohort.sets.items():
        lines.append({"set": name, "rows": "in the table", "n": flow.rows})
        lines += [{"set": name, "rows": f"left out: {reason}", "n": n} for reason, n in flow.left_out.items()]
        lines.append({"set": name, "rows": "analysed", "n": flow.analysed})
        lines.append({"set": name, "rows": "events", "n": flow.events})
    return lines


def _missing(result: StudyResult) -> list[Row]:
    return [
        {"set": name, "column": column, "missing": count, "rows": flow.rows}
        for name, flow in result.cohort.sets.items()
        for column, count in flow.missing.items()
    ]


def _baseline(row: BaselineNumber | BaselineCategory) -> list[Row]:
    """One line a number, one a level: mean ± sd or n (%), with their parts and the test."""
    if isinstance(row, BaselineNumber):
        line: Row = {"variable": row.column, "level": "", "unit": row.unit}
        for name, summary in row.sets.items():
            line |= {
                name: f"{summary.mean:.4g} ± {summary.sd:.3g}",
                **{f"{name}_{key}": value for key, value in _numbers(summary).items()},
                f"{name}_missing": summary.missing,
            }
        return [line | {"test": "Wilcoxon", "p": row.test and row.test.p}]
    lines = []
    for place, level in enumerate(row.levels):
        line = {"variable": row.column, "level": level, "unit": ""}
        for name, counts in row.counts.items():
            share = counts[place] / max(sum(counts), 1)
            line |= {name: f"{counts[place]} ({100 * share:.1f} %)", f"{name}_n": counts[place]}
            line[f"{name}_missing"] = row.missing[name]
        lines.append(line | {"test": "chi-squared", "p": row.test and row.test.p})
    return lines


def _numbers(summary: Summary) -> Row:
    return {
        "n": summary.n,
        "mean": summary.mean,
        "sd": summary.sd,
        "min": summary.minimum,
        "q1": summary.q1,
        "median": summary.median,
        "q3": summary.q3,
        "max": summary.maximum,
    }


def _composition(result: StudyResult) -> list[Row]:
    index = result.composition
    assert index is not None
    p = index.test and index.test.p
    lines: list[Row] = [{"subtype": "all", "set": name, **_numbers(one), "p": p} for name, one in index.sets.items()]
    lines += [
        {"subtype": subtype, "set": name, **_numbers(one)}
        for subtype, sets in index.subtypes.items()
        for name, one in sets.items()
    ]
    return lines


def _scores(result: StudyResult) -> pd.DataFrame:
    """Risk score, predicted survival and group of every row by every model."""
    table = result.cohort.table
    columns: dict[str, Any] = {name: table[name] for name in ("patient_id", "study_uid") if name in table.columns}
    columns["set"] = pd.Series(result.cohort.in_train, table.index).map({True: "train", False: "test"})
    for name, model in {**result.models, **result.further}.items():
        for scored in model.scores.values():
            _fill(columns, f"{name}_risk", table.index, scored.rows, scored.risk)
            for place, horizon in enumerate(result.config.endpoint.horizons):
                _fill(columns, f"{name}_survival_{horizon:g}", table.index, scored.rows, scored.survival[:, place])
        for method, stratum in model.strata.items():
            for where, groups in stratum.sets.items():
                names = [groups.names[code] for code in groups.codes]
                _fill(columns, f"{name}_{method}", table.index, model.scores[where].rows, names)
    return pd.DataFrame(columns).reset_index(names="row")


def _fill(columns: dict[str, Any], name: str, index: pd.Index, rows: pd.Index, values: Any) -> None:
    part = pd.Series(values, rows, dtype=object).reindex(index)
    columns[name] = columns[name].combine_first(part) if name in columns else part
