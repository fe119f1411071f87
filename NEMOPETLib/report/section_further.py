"""What the authors want next: further models, pools of models, the classifier."""

from __future__ import annotations

from collections.abc import Mapping

from NEMOPETLib.report.figure_decision import decision_figure
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.section_groups import group_curves, write_strata
from NEMOPETLib.report.section_models import model_summary, write_model
from NEMOPETLib.report.section_validation import (
    Performances,
    accuracy,
    discrimination,
    performance_figures,
    performances,
)
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.survival_tables import side_by_side, subtype_table, survival_table
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.study.classifier_result import ClassifierResult
from NEMOPETLib.survival.study.frozen_result import FrozenEvaluation
from NEMOPETLib.survival.study.study_result import PooledGroups


def write_further(report: ReportWriter, view: StudyView) -> None:
    """Write the section, if there is anything to write."""
    say, result = view.say, view.result
    if not (result.further or result.classifier or result.frozen):
        return
    report.section(say("further"))
    report.paragraph(say("further_said"))
    if result.frozen:
        _write_frozen(report, view)
    models = result.further.values()
    if models:
        performance = performances(view, models)
        report.table(model_summary(view, models, say("further_caption")))
        report.table(discrimination(view, performance, say("further_discrimination")))
        report.table(accuracy(view, performance, say("further_accuracy")))
    for model in models:
        write_model(report, view, model, figures=False)
        if model.strata:
            write_strata(report, view, model, brief=True)
    for pool in result.pools.values():
        _write_pool(report, view, pool)
    if result.classifier is not None:
        _write_classifier(report, view, result.classifier)


def _write_frozen(report: ReportWriter, view: StudyView) -> None:
    """Models of earlier studies on the rows of test: performance, and survival in their groups."""
    say = view.say
    report.heading(say("frozen"))
    report.paragraph(say("frozen_said"))
    models = {say.model(name): one for name, one in view.result.frozen.items()}
    report.table(_frozen_models(view, models))
    performance: Performances = {label: {view.evaluated: one.performance} for label, one in models.items()}
    report.table(discrimination(view, performance, say("frozen_discrimination")))
    report.table(accuracy(view, performance, say("frozen_accuracy")))
    figures: dict[str, Illustration] = {}
    for (name, one), label in zip(view.result.frozen.items(), models, strict=True):
        shown = {method: one.groups[method] for method in view.heads(one.groups)}
        caption = say("frozen_survival", model=label)
        named = {say.method(method): groups for method, groups in shown.items()}
        report.table(side_by_side(view, named, caption, say("survival_note")))
        for method, groups in shown.items():
            test = groups.log_rank
            notes = (say("no_log_rank") if test is None else say("test_p_said", p=say.p_equals(test.test.p)),)
            title = say("title_frozen", model=label, method=say.method(method))
            figures[f"frozen_{name}_{method}_kaplan_meier"] = group_curves(view, groups, notes, title)
        if one.notes:
            report.items([say.message(note) for note in one.notes])
    report.figures(figures)


def _frozen_models(view: StudyView, models: Mapping[str, FrozenEvaluation]) -> Table:
    say = view.say
    columns = [
        Column(say("model"), text=True),
        Column(say("model_id"), text=True),
        Column(say("frozen_taught")),
        Column("n"),
        Column(say("events")),
    ]
    rows = [
        [label, one.model.model_id, *(say.number(count, 0) for count in (one.model.n, one.n, one.events))]
        for label, one in models.items()
    ]
    return Table(say("frozen_models"), columns, [Body(rows)])


def _write_pool(report: ReportWriter, view: StudyView, pool: PooledGroups) -> None:
    say = view.say
    name = say.model(pool.name)
    report.heading(say("pool", pool=name))
    report.paragraph(say("pool_said", models=", ".join(say.model(model) for model in pool.models)))
    report.table(survival_table(view, pool.methods, say("survival_caption", model=name)))
    figures: dict[str, Illustration] = {}
    for method, sets in pool.methods.items():
        if any(groups.subtypes for groups in sets.values()):
            caption = say("subtype_caption", model=name, method=say.method(method))
            report.table(subtype_table(view, sets, caption))
        for where, groups in sets.items():
            title = say("title_pool", pool=name, method=say.method(method), set=say(where))
            test = groups.log_rank
            key = "test_p_said" if where == "test" else "naive_p_said"
            notes = (say("no_log_rank"),) if test is None else (say(key, p=say.p_equals(test.test.p)),)
            figures[f"{pool.name}_{method}_{where}_kaplan_meier"] = group_curves(view, groups, notes, title)
    report.figures(figures)


def _write_classifier(report: ReportWriter, view: StudyView, found: ClassifierResult) -> None:
    say = view.say
    horizon = view.horizon(found.horizon)
    report.heading(say("classifier", horizon=horizon))
    report.paragraph(
        say(
            "classifier_said",
            horizon=horizon,
            variables=", ".join(view.variable(name, unit=False) for name in found.variables),
        ),
        say("classifier_chosen", name=say.learner(found.chosen)),
    )
    report.table(_learners(view, found))
    report.table(_classifier_performance(view, found))
    report.figures(_classifier_figures(view, found))


def _learners(view: StudyView, found: ClassifierResult) -> Table:
    say = view.say
    columns = [
        Column(say("learner"), text=True),
        Column(say("auc_ci")),
        Column(say("brier")),
        Column(say("brier_reference")),
        Column(say("settings"), text=True),
    ]
    rows = [
        [
            say.learner(one.name),
            say.estimate(one.auc, one.auc_lower, one.auc_upper),
            say.number(one.brier, 3),
            say.number(one.brier_reference, 3),
            ", ".join(f"{name} = {say.significant(value)}" for name, value in one.settings.items()) or "–",
        ]
        for one in found.learners
    ]
    return Table(say("learners_caption"), columns, [Body(rows)], say("learners_note"))


def _classifier_performance(view: StudyView, found: ClassifierResult) -> Table:
    say = view.say
    columns = [
        Column(say("set"), text=True),
        Column("n"),
        Column(say("auc_ci")),
        Column(say("brier")),
        Column(say("brier_reference")),
        Column(say("observed_expected", horizon=view.horizon(found.horizon))),
    ]
    rows = []
    for name, one in found.performance.items():
        curve, calibration = one.roc.get(found.horizon), one.calibration.get(found.horizon)
        rows.append(
            [
                say(name),
                say.number(int(found.risk[name].size), 0),
                "–" if curve is None else say.estimate(curve.auc, *curve.interval()),
                say.number(None if one.brier is None else float(one.brier.scores[-1]), 3),
                say.number(None if one.brier is None else float(one.brier.reference[-1]), 3),
                say.number(None if calibration is None else calibration.in_the_large, 2),
            ]
        )
    return Table(say("classifier_caption"), columns, [Body(rows)], say("classifier_note"))


def _classifier_figures(view: StudyView, found: ClassifierResult) -> dict[str, Illustration]:
    say = view.say
    name = say("title_classifier")
    figures = performance_figures(view, found.performance, "classifier", name)
    for where, one in found.performance.items():
        if found.horizon in one.decision:
            horizon = view.horizon(found.horizon)
            title = f"{name}: {say('title_decision', horizon=horizon, set=say(where))}"
            figures[f"classifier_{where}_decision"] = decision_figure(
                {name: one.decision[found.horizon]}, horizon, title, say
            )
    return figures
