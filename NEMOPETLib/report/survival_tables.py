"""Tables of survival in risk groups at the horizons, with the difference Δ between the extreme groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.kaplan_meier import SurvivalEstimate
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.group_result import GroupSurvival, RiskGroups
from NEMOPETLib.survival.survival_difference import Difference


def survival_table(view: StudyView, methods: Mapping[Method, Mapping[SetName, RiskGroups]], caption: str) -> Table:
    """Survival at each horizon by method, group and set."""
    say = view.say
    bodies = [Body(list(_rows(view, sets)), say.method(method)) for method, sets in methods.items()]
    columns = [Column(say("group"), text=True)]
    for name in view.sets:
        columns += group_columns(view, say(name))
    return Table(caption, columns, bodies, say("survival_note"))


def group_columns(view: StudyView, group: str) -> list[Column]:
    """Heads of the cells of `group_cells`."""
    say = view.say
    horizons = (Column(say("survival_at", horizon=view.horizon(time)), group=group) for time in view.time.horizons)
    return [Column(say("n_events"), group=group), *horizons]


def group_cells(view: StudyView, group: GroupSurvival | None) -> list[str]:
    """Size, events and survival of a group."""
    say = view.say
    if group is None:
        return ["–"] * (1 + len(view.time.horizons))
    survival = (group.survival.get(time) for time in view.time.horizons)
    return [
        f"{say.number(group.n, 0)} ({say.number(group.events, 0)})",
        *("–" if one is None else survival_text(view, one) for one in survival),
    ]


def survival_text(view: StudyView, one: SurvivalEstimate) -> str:
    """Survival with its interval; where nobody died there is none."""
    if one.estimate == 1:
        return f"{view.say.percent(1.0)} (–)"
    return view.say.percent_estimate(one.estimate, one.lower, one.upper)


def difference_cells(view: StudyView, groups: RiskGroups | None) -> list[str]:
    """Δ of a set at the horizons, in percentage points."""
    differences = {} if groups is None else groups.differences
    return ["", *(difference_text(view, differences.get(time)) for time in view.time.horizons)]


def difference_text(view: StudyView, difference: Difference | None) -> str:
    """A difference in percentage points with its interval."""
    if difference is None:
        return "–"
    say = view.say
    points = say.percent(difference.estimate, sign=False)
    limits = say.percent_limits(difference.lower, difference.upper)
    return f"{points} ({limits})".replace(" ", "\N{NO-BREAK SPACE}")


def _rows(view: StudyView, sets: Mapping[SetName, RiskGroups]) -> Iterator[list[str]]:
    say = view.say
    names = next(iter(sets.values())).names
    for index, name in enumerate(names):
        cells = [say.group(name)]
        for one in view.sets:
            cells += group_cells(view, sets[one].groups[index] if one in sets else None)
        yield cells
    if len(names) > 1:
        cells = [say("delta")]
        for one in view.sets:
            cells += difference_cells(view, sets.get(one))
        yield cells


def side_by_side(
    view: StudyView, groups: Mapping[str, RiskGroups], caption: str, note: str = "", fisher: bool = False
) -> Table:
    """The same set of rows grouped by several models, a body for each model."""
    say = view.say
    bodies = []
    for label, one in groups.items():
        rows = [[say.group(group.name), *group_cells(view, group)] for group in one.groups]
        rows.append([say("delta"), *difference_cells(view, one)])
        if fisher:
            rows.append([say("fisher_row"), "", *(say.p_value(one.fisher.get(time)) for time in view.time.horizons)])
        bodies.append(Body(rows, label))
    return Table(caption, [Column(say("group"), text=True), *group_columns(view, "")], bodies, note)


def subtype_table(view: StudyView, sets: Mapping[SetName, RiskGroups], caption: str) -> Table:
    """How many of each subtype are in each group."""
    say = view.say
    present = [name for name in view.sets if name in sets]
    subtypes = list(dict.fromkeys(subtype for name in present for subtype in sets[name].subtypes))
    columns = [Column(say("subtype"), text=True)]
    for name in present:
        columns += [Column(say.group(group), group=say(name)) for group in sets[name].names]
    rows = []
    for subtype in subtypes:
        cells = [subtype]
        for name in present:
            counts = sets[name].subtypes.get(subtype, (0,) * len(sets[name].names))
            cells += [_share(view, count, sum(counts)) for count in counts]
        rows.append(cells)
    return Table(caption, columns, [Body(rows)], say("subtype_note"))


def _share(view: StudyView, count: int, total: int) -> str:
    shown = view.say.number(count, 0)
    return f"{shown} ({view.say.percent(count / total)})".replace(" ", "\N{NO-BREAK SPACE}") if total else shown
