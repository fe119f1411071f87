"""The models: what entered, what was kept and how, coefficients, tests of their assumptions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from NEMOPETLib.report.figure_forest import ForestRow, forest_figure
from NEMOPETLib.report.figure_zph import Residuals, zph_figure
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.adequacy import FEWEST_EVENTS_PER_VARIABLE
from NEMOPETLib.survival.cox import CoxFit
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.study.model_result import ModelResult

HIGH_INFLATION = 5.0


def write_models(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say = view.say
    report.section(say("models"))
    report.paragraph(say("models_said"))
    report.table(model_summary(view, view.result.models.values(), say("models_caption")))
    for model in view.result.models.values():
        write_model(report, view, model)


def model_summary(view: StudyView, models: Iterable[ModelResult], caption: str) -> Table:
    """Entry and exit lists side by side."""
    say = view.say
    columns = [
        Column(say("model"), text=True),
        Column(say("entered"), text=True),
        Column(say("kept"), text=True),
        Column("n"),
        Column(say("events")),
        Column(say("events_per_variable")),
        Column("AIC"),
    ]
    rows = [
        [
            say.model(model.name),
            ", ".join(view.variable(term, unit=False) for term in model.config.variables),
            ", ".join(view.variable(term, unit=False) for term in model.fit.terms) or say("no_variable"),
            say.number(model.fit.n, 0),
            say.number(model.fit.events, 0),
            say.number(model.events_per_variable, 1),
            say.number(model.fit.aic, 1),
        ]
        for model in models
    ]
    return Table(caption, columns, [Body(rows)], say("events_per_variable_note"))


def write_model(report: ReportWriter, view: StudyView, model: ModelResult, figures: bool = True) -> None:
    """One model in full, with its figures or without."""
    say = view.say
    report.heading(say.model(model.name))
    report.paragraph(
        say("selection_said", how=say(f"selection_{model.config.selection}")),
        _adequacy(view, model),
        say("no_variable_said") if not model.fit.terms else _overall_test(view, model),
        _bootstrapped(view, model),
    )
    if len(model.stepwise.path) > 1:
        report.table(_path(view, model))
    report.table(_variables(view, model))
    if model.fit.terms and figures:
        report.figures(_figures(view, model))


def _adequacy(view: StudyView, model: ModelResult) -> str:
    say = view.say
    if model.events_per_variable >= FEWEST_EVENTS_PER_VARIABLE:
        return ""
    return say("few_events", events=model.fit.events, each=say.number(model.events_per_variable, 1))


def _overall_test(view: StudyView, model: ModelResult) -> str:
    say, test = view.say, model.fit.likelihood_ratio_test
    ratio = say("likelihood_ratio_said", chisq=say.number(test.chisq, 2), df=test.df, p=say.p_equals(test.p))
    hazards = model.proportional_hazards
    if hazards is None:
        return ratio
    key = "zph_departs" if hazards.overall.p < 0.05 else "zph_holds"
    return f"{ratio} {say(key, p=say.p_equals(hazards.overall.p))}"


def _bootstrapped(view: StudyView, model: ModelResult) -> str:
    bootstrap = model.bootstrap
    if bootstrap is None or model.config.selection == "none" or not bootstrap.models:
        return ""
    share = bootstrap.models.get(tuple(sorted(model.fit.terms, key=model.stepwise.entry.index)), 0.0)
    return view.say("same_model_share", share=view.say.percent(share), samples=bootstrap.samples)


def _path(view: StudyView, model: ModelResult) -> Table:
    say = view.say
    rows = []
    for index, step in enumerate(model.stepwise.path):
        sign, _, term = step.change.partition(" ")
        change = (
            say("removed" if sign == "-" else "added", name=view.variable(term, unit=False)) if term else say("start")
        )
        rows.append([say.number(index, 0), change, say.number(len(step.terms), 0), say.number(step.aic, 2)])
    columns = [
        Column(say("step")),
        Column(say("change"), text=True),
        Column(say("variables")),
        Column("AIC"),
    ]
    return Table(say("path_caption", model=say.model(model.name)), columns, [Body(rows)])


def _variables(view: StudyView, model: ModelResult) -> Table:
    """Every coefficient that could enter: its estimate if it was kept, tests, and how often it is selected."""
    say, bootstrap = view.say, model.bootstrap
    columns = [
        Column(say("variable"), text=True),
        Column("β"),
        Column(say("standard_error")),
        Column(say("hazard_ratio_ci")),
        Column("p"),
        Column(say("zph_p")),
        Column(say("inflation")),
        *([Column(say("selected_share"))] if bootstrap is not None else []),
    ]
    fitted = dict(zip(model.fit.columns, range(len(model.fit.columns)), strict=True))
    ratios = hazard_ratios(model.fit)
    hazards = model.proportional_hazards
    rows = []
    for column, (label, term) in zip(model.full.columns, view.coefficients(model.full), strict=True):
        if column in fitted:
            at = fitted[column]
            numbers = [
                say.significant(float(model.fit.coef[at])),
                say.significant(float(model.fit.se[at])),
                say.ratio(*ratios[at]),
                say.p_value(float(model.fit.p[at])),
                say.p_value(hazards.terms[term].p) if hazards is not None and term in hazards.terms else "–",
            ]
        else:
            numbers = [say("not_kept"), "", "", "", ""]
        inflation = model.variance_inflation.get(column)
        share = [] if bootstrap is None else [say.percent(bootstrap.selected.get(term))]
        rows.append([label, *numbers, say.number(inflation, 1), *share])
    note = say("variables_note", limit=say.number(HIGH_INFLATION, 0))
    return Table(say("variables_caption", model=say.model(model.name)), columns, [Body(rows)], note)


def hazard_ratios(fit: CoxFit) -> list[tuple[float, float, float]]:
    """Hazard ratio of each coefficient with its 95 % limits; infinite where the data set none."""
    with np.errstate(over="ignore"):
        return [(float(ratio), float(low), float(high)) for ratio, low, high in fit.hazard_ratios()]


def _figures(view: StudyView, model: ModelResult) -> dict[str, Illustration]:
    say = view.say
    name = say.model(model.name)
    rows = [_forest_row(view, model.fit, model.design, index) for index in range(len(model.fit.columns))]
    figures = {f"{model.name}_forest": forest_figure(rows, say("title_forest", model=name), say)}
    hazards = model.proportional_hazards
    if hazards is not None and hazards.times.size > 2:
        labels = [label for label, _ in view.coefficients(model.fit)]
        residuals = [
            Residuals(labels[i], hazards.residuals[:, i], float(coef), float(se), hazards.terms[term].p)
            for i, (coef, se, (_, term)) in enumerate(
                zip(model.fit.coef, model.fit.se, view.coefficients(model.fit), strict=True)
            )
        ]
        title = say("title_zph", model=name)
        figures[f"{model.name}_zph"] = zph_figure(residuals, hazards.transformed, hazards.times, view.time, title, say)
    return figures


def _forest_row(view: StudyView, fit: CoxFit, design: Design, index: int) -> ForestRow:
    """Per standard deviation, or 1 against 0."""
    say = view.say
    values = design.matrix[:, index]
    label, term = list(view.coefficients(fit))[index]
    if np.isin(values, (0.0, 1.0)).all():
        unit, contrast = 1.0, say("yes_no" if term in ("hr", "her2") else "one_zero")
        if term in design.levels:
            contrast = say("level_reference", reference=design.levels[term][0])
    else:
        unit = float(values.std(ddof=1))
        contrast = say("per_sd", sd=say.significant(unit, 3))
    half = 1.959963984540054 * fit.se[index]
    with np.errstate(over="ignore"):
        ratio, low, high = np.exp(unit * np.array([fit.coef[index], fit.coef[index] - half, fit.coef[index] + half]))
    return ForestRow(label, contrast, float(ratio), float(low), float(high))
