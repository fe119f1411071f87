"""The study in a few sentences, before everything else."""

from __future__ import annotations

from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.section_comparison import honest_sentence
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.survival.adequacy import FEWEST_EVENTS_PER_VARIABLE
from NEMOPETLib.survival.study.model_result import ModelResult


def write_summary(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say = view.say
    report.section(say("summary"))
    flows = view.result.cohort.sets
    sizes = (
        say("summary_set", set=say(name), n=flow.analysed, rows=flow.rows, events=flow.events)
        for name, flow in flows.items()
    )
    sentences = [say("summary_rows", sets=say.listed(sizes))]
    sentences += [_performance(view, model) for model in view.side_by_side]
    sentences += [_few_events(view), *_differences(view)]
    sentences += _subtype(view)
    sentences.append(say("summary_naive"))
    report.items([sentence[0].upper() + sentence[1:] for sentence in sentences if sentence])


def _performance(view: StudyView, model: ModelResult) -> str:
    say = view.say
    performance = model.performance.get(view.evaluated)
    found = None if performance is None else performance.concordance
    if found is None:
        return ""
    kept = ", ".join(view.variable(term, unit=False) for term in model.fit.terms) or say("no_variable")
    said = say(
        "summary_model",
        model=say.model(model.name),
        kept=kept,
        c=say.estimate(found.index, *found.interval()),
        set=say(view.evaluated),
    )
    if model.bootstrap is None:
        return said
    c = model.bootstrap.concordance
    key = "summary_optimism" if view.evaluated == "test" else "summary_corrected"
    return f"{said} {say(key, apparent=say.number(c.apparent), corrected=say.number(c.corrected))}"


def _few_events(view: StudyView) -> str:
    """Which of the models compared had too few events for their candidates."""
    say = view.say
    few = [
        f"{say.model(model.name)} {say.number(model.events_per_variable, 1)}"
        for model in view.side_by_side
        if model.events_per_variable < FEWEST_EVENTS_PER_VARIABLE
    ]
    return say("summary_few", models=say.listed(few)) if few else ""


def _differences(view: StudyView) -> list[str]:
    """The first of the models compared against the last."""
    if len(view.side_by_side) < 2:
        return []
    first, last = view.side_by_side[0].name, view.side_by_side[-1].name
    say = view.say
    for one in view.result.comparisons:
        difference = one.concordance.get(view.evaluated)
        if (one.smaller, one.larger) == (first, last) and difference is not None:
            shown = difference.lower > 0 or difference.upper < 0
            return [
                say(
                    "summary_gain" if shown else "summary_no_gain",
                    larger=say.model(last),
                    smaller=say.model(first),
                    difference=say.estimate(difference.difference, difference.lower, difference.upper),
                    p=say.p_equals(difference.p),
                    set=say(view.evaluated),
                )
            ]
    return []


def _subtype(view: StudyView) -> list[str]:
    """The subtype alone, by the last of the models compared."""
    subtype = view.hardest_subtype
    if subtype is None:
        return []
    model = view.side_by_side[-1]
    sentences = []
    for method in view.heads(model.strata)[:1]:
        groups = model.strata[method].sets.get(view.evaluated)
        if groups is not None and subtype in groups.by_subtype:
            named = f"{subtype}, {view.say.model(model.name)}, {view.say.method(method)}"
            sentences.append(honest_sentence(view, named, groups.by_subtype[subtype]))
    return sentences
