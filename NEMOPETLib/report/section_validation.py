"""How well the models predict: concordance, AUC, Brier score, calibration, decision curves, comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from NEMOPETLib.report.figure_auc import auc_figure
from NEMOPETLib.report.figure_calibration import calibration_figure
from NEMOPETLib.report.figure_decision import decision_figure
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.concordance import ConcordanceDifference
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.model_result import ModelComparison, ModelResult, Performance
from NEMOPETLib.survival.time_roc import AreaDifference


def write_validation(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say, models = view.say, view.result.models
    report.section(say("validation"))
    report.paragraph(say("validation_said"))
    performance = performances(view, models.values())
    report.table(discrimination(view, performance, say("discrimination_caption")))
    report.table(accuracy(view, performance, say("accuracy_caption")))
    optimism = _optimism(view, models.values())
    if optimism.bodies[0].rows:
        report.heading(say("optimism"))
        report.paragraph(say("optimism_said", samples=_samples(models.values())))
        report.table(optimism)
        report.table(_separation(view, models.values()))
    if view.result.comparisons:
        report.heading(say("comparisons"))
        report.table(_nested(view, view.result.comparisons))
        report.table(_differences(view, view.result.comparisons))
    report.heading(say("performance_figures"))
    figures: dict[str, Illustration] = {}
    for model in models.values():
        figures |= performance_figures(view, model.performance, model.name, say.model(model.name))
    report.figures(figures | _decisions(view, models.values()))


Performances = Mapping[str, Mapping[SetName, Performance]]
"""Of each model, by what it is called, its performance in each set."""


def performances(view: StudyView, models: Iterable[ModelResult]) -> Performances:
    """Of a study's own models."""
    return {view.say.model(model.name): model.performance for model in models}


def discrimination(view: StudyView, models: Performances, caption: str) -> Table:
    """C and AUC with their intervals, a body for each set."""
    say = view.say
    auc = (Column(say("auc_at", horizon=view.horizon(time))) for time in view.time.horizons)
    return Table(
        caption,
        [Column(say("model"), text=True), Column(say("c_index")), *auc],
        _by_set(view, models, _discrimination_cells),
        say("interval_note"),
    )


def _by_set(view: StudyView, models: Performances, cells: Callable[[StudyView, Performance], list[str]]) -> list[Body]:
    bodies = (
        Body([[label, *cells(view, of[name])] for label, of in models.items() if name in of], view.say(name))
        for name in view.sets
    )
    return [body for body in bodies if body.rows]


def _discrimination_cells(view: StudyView, performance: Performance) -> list[str]:
    say, c = view.say, performance.concordance
    curves = (performance.roc.get(time) for time in view.time.horizons)
    return [
        "–" if c is None else say.estimate(c.index, *c.interval()),
        *("–" if curve is None else say.estimate(curve.auc, *curve.interval()) for curve in curves),
    ]


def accuracy(view: StudyView, models: Performances, caption: str) -> Table:
    """Brier scores and calibration."""
    say = view.say
    columns = [
        Column(say("model"), text=True),
        *(Column(say("brier_at", horizon=view.horizon(time))) for time in view.time.horizons),
        Column(say("brier_scaled", horizon=view.horizon(view.last))),
        Column(say("brier_integrated")),
        Column(say("calibration_slope")),
        Column(say("observed_expected", horizon=view.horizon(view.last))),
    ]
    return Table(caption, columns, _by_set(view, models, _accuracy_cells), say("accuracy_note"))


def _accuracy_cells(view: StudyView, performance: Performance) -> list[str]:
    say, brier = view.say, performance.brier
    scores = {} if brier is None else dict(zip(brier.times.tolist(), brier.scores.tolist(), strict=True))
    scaled = {} if brier is None else dict(zip(brier.times.tolist(), brier.scaled.tolist(), strict=True))
    calibration = performance.calibration.get(view.last)
    slope = performance.slope
    half = 0.0 if slope is None else 1.96 * slope.se
    return [
        *(say.number(scores.get(time), 3) for time in view.time.horizons),
        say.percent(scaled.get(view.last)),
        say.number(None if performance.brier_curve is None else performance.brier_curve.integrated, 3),
        "–" if slope is None else say.estimate(slope.slope, slope.slope - half, slope.slope + half),
        say.number(None if calibration is None else calibration.in_the_large, 2),
    ]


def _samples(models: Iterable[ModelResult]) -> int:
    return max((model.bootstrap.samples for model in models if model.bootstrap is not None), default=0)


def _optimism(view: StudyView, models: Iterable[ModelResult]) -> Table:
    say = view.say
    columns = [
        Column(say("model"), text=True),
        Column(say("c_apparent")),
        Column(say("c_optimism")),
        Column(say("c_corrected")),
        *([Column(say("c_test"))] if "test" in view.sets else []),
        Column(say("slope_bootstrap")),
        Column(say("samples_failed")),
    ]
    rows = []
    for model in models:
        bootstrap = model.bootstrap
        if bootstrap is None:
            continue
        c = bootstrap.concordance
        test = model.performance["test"].concordance if "test" in model.performance else None
        rows.append(
            [
                say.model(model.name),
                say.number(c.apparent, 3),
                say.number(c.optimism, 3),
                say.number(c.corrected, 3),
                *([say.number(None if test is None else test.index, 3)] if "test" in view.sets else []),
                say.number(bootstrap.slope, 2),
                say.number(bootstrap.failed, 0),
            ]
        )
    return Table(say("optimism_caption"), columns, [Body(rows)], say("optimism_note"))


def _separation(view: StudyView, models: Iterable[ModelResult]) -> Table:
    """Log-rank χ² between the groups of each method: apparent, optimism, corrected; share above each cut."""
    say = view.say
    columns = [
        Column(say("method"), text=True),
        Column(say("chisq_apparent")),
        Column(say("chisq_optimism")),
        Column(say("chisq_corrected")),
        Column(say("share_above")),
    ]
    bodies = []
    for model in models:
        rows = []
        for method, stratum in model.strata.items():
            if stratum.stability is None:
                continue
            chisq = stratum.stability.chisq
            above = stratum.stability.above
            shares = say.listed(say("from_to", low=say.percent(low), high=say.percent(high)) for low, high in above)
            numbers = (say.number(value, 1) for value in (chisq.apparent, chisq.optimism, chisq.corrected))
            rows.append([say.method(method), *numbers, shares or "–"])
        if rows:
            bodies.append(Body(rows, say.model(model.name)))
    return Table(say("separation_caption"), columns, bodies, say("separation_note"))


def _nested(view: StudyView, comparisons: Iterable[ModelComparison]) -> Table:
    """Likelihood ratio tests of the models that contain another."""
    say = view.say
    columns = [Column(say("compared"), text=True), Column("χ²"), Column(say("degrees")), Column(say("p"))]
    rows = [
        [_against(view, one), say.number(test.chisq, 2), say.number(test.df, 0), say.p_value(test.p)]
        for one in comparisons
        if (test := one.likelihood_ratio) is not None
    ]
    return Table(say("nested_caption"), columns, [Body(rows)], say("nested_note"))


def _differences(view: StudyView, comparisons: Iterable[ModelComparison]) -> Table:
    """Differences of C and AUC, a body for each set."""
    say = view.say
    columns = [
        Column(say("compared"), text=True),
        Column(say("c_difference")),
        Column(say("p")),
        Column(say("auc_difference", horizon=view.horizon(view.last))),
        Column(say("p")),
    ]
    listed = list(comparisons)
    bodies = [
        Body(
            [
                [
                    _against(view, one),
                    *_difference(view, one.concordance.get(name)),
                    *_difference(view, one.auc.get(name, {}).get(view.last)),
                ]
                for one in listed
            ],
            say(name),
        )
        for name in view.sets
    ]
    return Table(say("differences_caption"), columns, bodies)


def _against(view: StudyView, one: ModelComparison) -> str:
    return view.say("against", larger=view.say.model(one.larger), smaller=view.say.model(one.smaller))


def _difference(view: StudyView, one: ConcordanceDifference | AreaDifference | None) -> list[str]:
    if one is None:
        return ["–", "–"]
    return [view.say.estimate(one.difference, one.lower, one.upper), view.say.p_value(one.p)]


def performance_figures(
    view: StudyView, performance: Mapping[SetName, Performance], name: str, label: str
) -> dict[str, Illustration]:
    """AUC over time and calibration at the last horizon."""
    say = view.say
    figures = {}
    areas = {
        say(where): (one.auc.times, one.auc.auc, one.auc.lower, one.auc.upper)
        for where, one in performance.items()
        if one.auc is not None and one.auc.times.size > 1 and np.isfinite(one.auc.auc).all()
    }
    if areas:
        figures[f"{name}_auc"] = auc_figure(areas, view.time, say("title_auc", model=label), say)
    groups = {
        say(where): one.calibration[view.last].groups
        for where, one in performance.items()
        if view.last in one.calibration
    }
    if groups:
        horizon = view.horizon(view.last)
        title = say("title_calibration", model=label, horizon=horizon)
        figures[f"{name}_calibration"] = calibration_figure(groups, horizon, title, say)
    return figures


def _decisions(view: StudyView, models: Iterable[ModelResult]) -> dict[str, Illustration]:
    say, where = view.say, view.evaluated
    curves = {
        say.model(model.name): model.performance[where].decision[view.last]
        for model in models
        if where in model.performance and view.last in model.performance[where].decision
    }
    if not curves:
        return {}
    horizon = view.horizon(view.last)
    title = say("title_decision", horizon=horizon, set=say(where))
    return {"decision_curves": decision_figure(curves, horizon, title, say)}
