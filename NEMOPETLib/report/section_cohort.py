"""What was analysed: the rows, their characteristics, the composition index, correlations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from NEMOPETLib.report.figure_correlation import correlation_figure
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.associations import RankCorrelations, Summary
from NEMOPETLib.survival.study.cohort_result import (
    BaselineCategory,
    BaselineNumber,
    CompositionIndex,
    SetFlow,
    SetName,
)

_FLAGS = ("0", "1")
SHOWN_RHO = 0.3  # weaker correlations are in the figure only


def write_cohort(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say = view.say
    report.section(say("cohort"))
    endpoint = view.result.config.endpoint
    report.paragraph(
        say(
            "endpoint_said",
            name=say.variable(endpoint.time, unit=False),
            time=endpoint.time,
            event=endpoint.event,
            unit=view.unit,
        ),
        say("complete_cases"),
    )
    report.table(_flow(view))
    missing = _missing(view)
    if any(body.rows for body in missing.bodies):
        report.table(missing)
    else:
        report.paragraph(say("nothing_missing"))
    report.heading(say("baseline"))
    report.table(_baseline(view))
    if view.result.composition is not None:
        report.heading(say("composition"))
        report.paragraph(say("composition_said", model=say.model(view.result.config.composition or "")))
        report.table(_composition(view, view.result.composition))
    correlations = view.result.correlations
    if correlations is not None and len(correlations.names) > 1:
        report.heading(say("correlations"))
        names = [view.variable(name, unit=False) for name in correlations.names]
        report.figures({"spearman": correlation_figure(names, correlations.rho, say("title_correlation"), say)})
        report.table(_correlations(names, correlations, say))


def _flow(view: StudyView) -> Table:
    say, sets = view.say, view.result.cohort.sets
    reasons = list(dict.fromkeys(reason for flow in sets.values() for reason in flow.left_out))

    def row(label: str, of: Mapping[SetName, str]) -> list[str]:
        return [label, *(of[name] for name in view.sets)]

    rows = [row(say("rows_in_table"), {name: say.number(flow.rows, 0) for name, flow in sets.items()})]
    rows += [
        row(
            say("left_out", reason=say.message(reason)),
            {name: say.number(flow.left_out.get(reason, 0), 0) for name, flow in sets.items()},
        )
        for reason in reasons
    ]
    rows += [
        row(say("analysed"), {name: say.number(flow.analysed, 0) for name, flow in sets.items()}),
        row(say("events"), {name: _events(flow, say) for name, flow in sets.items()}),
        row(
            say("follow_up", unit=view.unit),
            {name: say.number(flow.follow_up.estimate, 1) for name, flow in sets.items()},
        ),
    ]
    return Table(say("flow"), [Column(say("rows"), text=True), *_set_columns(view)], [Body(rows)], say("flow_note"))


def _events(flow: SetFlow, say: Phrases) -> str:
    share = flow.events / flow.analysed if flow.analysed else float("nan")
    return f"{say.number(flow.events, 0)} ({say.percent(share)})"


def _set_columns(view: StudyView) -> list[Column]:
    return [Column(view.say(name)) for name in view.sets]


def _missing(view: StudyView) -> Table:
    say, sets = view.say, view.result.cohort.sets
    columns = list(dict.fromkeys(column for flow in sets.values() for column in flow.missing))
    rows = [
        [view.variable(column), *(say.number(sets[name].missing.get(column, 0), 0) for name in view.sets)]
        for column in columns
    ]
    return Table(say("missing"), [Column(say("variable"), text=True), *_set_columns(view)], [Body(rows)])


def _baseline(view: StudyView) -> Table:
    say = view.say
    sizes = view.result.cohort.sets
    columns = [
        Column(say("variable"), text=True),
        *(Column(say("set_n", set=say(name), n=sizes[name].analysed)) for name in view.sets),
        Column(say("p")),
        Column(say("test_name"), text=True),
    ]
    rows: list[list[str]] = []
    bodies: list[Body] = []
    for one in view.result.baseline:
        if isinstance(one, BaselineNumber):
            rows.append(_number_row(one, view))
        elif one.levels == _FLAGS:
            rows.append(_flag_row(one, view))
        else:
            bodies += [Body(rows)] if rows else []
            bodies.append(_category_body(one, view))
            rows = []
    bodies += [Body(rows)] if rows else []
    return Table(say("baseline_caption"), columns, bodies, say("baseline_note"))


def _number_row(one: BaselineNumber, view: StudyView) -> list[str]:
    say = view.say
    test = ("", "") if one.test is None else (say.p_value(one.test.p), say("wilcoxon"))
    decimals = _decimals(list(one.sets.values()))
    sets = [
        f"{say.number(one.sets[name].mean, decimals)} ± {say.number(one.sets[name].sd, decimals)}"
        if name in one.sets
        else ""
        for name in view.sets
    ]
    return [view.variable(one.column), *sets, *test]


def _decimals(summaries: list[Summary]) -> int:
    """As many as show the standard deviation with two digits, but three at most."""
    spread = max((one.sd for one in summaries if one.sd == one.sd), default=1.0)
    return 0 if spread >= 100 else 1 if spread >= 2 else 2 if spread >= 0.2 else 3


def _share(count: int, counts: tuple[int, ...], say: Phrases) -> str:
    return f"{say.number(count, 0)} ({say.percent(count / sum(counts) if sum(counts) else float('nan'))})"


def _tested(one: BaselineCategory, say: Phrases) -> tuple[str, str]:
    if one.test is None:
        return "", ""
    return say.p_value(one.test.p), say("chi_squared_yates" if one.test.yates else "chi_squared")


def _flag_row(one: BaselineCategory, view: StudyView) -> list[str]:
    say = view.say
    label = say("flag_positive" if one.column in ("hr", "her2") else "flag_one", name=view.variable(one.column))
    shares = [_share(one.counts[name][1], one.counts[name], say) if name in one.counts else "" for name in view.sets]
    return [label, *shares, *_tested(one, say)]


def _category_body(one: BaselineCategory, view: StudyView) -> Body:
    say = view.say

    def rows() -> Iterator[list[str]]:
        for index, level in enumerate(one.levels):
            shares = (
                _share(one.counts[name][index], one.counts[name], say) if name in one.counts else ""
                for name in view.sets
            )
            yield [level, *shares, *(_tested(one, say) if index == 0 else ("", ""))]

    return Body(list(rows()), view.variable(one.column))


def _composition(view: StudyView, index: CompositionIndex) -> Table:
    say = view.say
    heads = ("n", "minimum", "q1", "median", "mean", "q3", "maximum")
    columns = [Column(say("set"), text=True), *(Column(say(f"summary_{head}")) for head in heads)]

    def row(label: str, one: Summary) -> list[str]:
        return [label, say.number(one.n, 0), *(say.number(getattr(one, head), 2) for head in heads[1:])]

    bodies = [Body([row(say(name), index.sets[name]) for name in view.sets if name in index.sets])]
    bodies += [
        Body([row(say(name), sets[name]) for name in view.sets if name in sets], subtype)
        for subtype, sets in index.subtypes.items()
    ]
    note = "" if index.test is None else say("composition_test", p=say.p_equals(index.test.p))
    return Table(say("composition_caption"), columns, bodies, note)


def _correlations(names: list[str], correlations: RankCorrelations, say: Phrases) -> Table:
    rows, columns = np.tril_indices(len(names), -1)
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True)]
    strong = sorted(
        (pair for pair in pairs if abs(correlations.rho[pair]) >= SHOWN_RHO),
        key=lambda pair: -abs(correlations.rho[pair]),
    )
    cells = [
        [
            names[column],
            names[row],
            say.number(float(correlations.rho[row, column])),
            say.p_value(float(correlations.p[row, column])),
            say.number(int(correlations.n[row, column]), 0),
        ]
        for row, column in strong
    ]
    heads = [
        Column(say("variable"), text=True),
        Column(say("other_variable"), text=True),
        Column("ρ"),
        Column(say("p")),
        Column("n"),
    ]
    return Table(say("correlation_caption", least=say.number(SHOWN_RHO)), heads, [Body(cells)])
