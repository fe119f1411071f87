"""The models side by side on the same patients, and one subtype of them alone."""

from __future__ import annotations

from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.survival_tables import difference_text, side_by_side
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.group_result import RiskGroups


def write_comparison(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say, where = view.say, view.evaluated
    report.section(say("side_by_side", set=say(where)))
    report.paragraph(say("side_by_side_said" if where == "test" else "side_by_side_train"))
    methods = _methods(view)
    for method in methods:
        groups = _groups(view, method)
        report.table(side_by_side(view, groups, say("side_caption", method=say.method(method), set=say(where))))
    subtype = view.hardest_subtype
    if subtype is None:
        return
    report.heading(say("subtype_alone", subtype=subtype, set=say(where)))
    for method in methods:
        inside = {
            name: groups.by_subtype[subtype]
            for name, groups in _groups(view, method).items()
            if subtype in groups.by_subtype
        }
        if inside:
            caption = say("subtype_alone_caption", subtype=subtype, method=say.method(method), set=say(where))
            report.table(side_by_side(view, inside, caption, say("fisher_note"), fisher=True))
            report.items([honest_sentence(view, name, groups) for name, groups in inside.items()])


def _methods(view: StudyView) -> tuple[Method, ...]:
    """The ways of forming groups that are shown in full for the models compared."""
    return tuple(dict.fromkeys(method for model in view.side_by_side for method in view.heads(model.strata)))


def _groups(view: StudyView, method: Method) -> dict[str, RiskGroups]:
    return {
        view.say.model(model.name): model.strata[method].sets[view.evaluated]
        for model in view.side_by_side
        if method in model.strata and view.evaluated in model.strata[method].sets
    }


def honest_sentence(view: StudyView, model: str, groups: RiskGroups) -> str:
    """What the difference between the extreme groups shows, and what it does not."""
    say, time = view.say, view.last
    n, events = groups.time.size, int(groups.event.sum())
    difference = groups.differences.get(time)
    if difference is None:
        empty = ", ".join(say.group(group.name) for group in groups.groups if not group.n)
        return say("honest_empty", model=model, n=n, events=events, groups=empty)
    p = groups.fisher.get(time)
    key = "honest_shown" if difference.lower > 0 or difference.upper < 0 else "honest_not_shown"
    if key == "honest_shown" and p is not None and p >= 0.05:
        key = "honest_disagree"
    return say(
        key,
        model=model,
        n=n,
        events=events,
        horizon=view.horizon(time),
        difference=difference_text(view, difference),
        p=say.p_equals(p),
    )
