"""What readers must know to trust or repeat the study: departures from R, failures, checklist, provenance."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import metadata

import NEMOPETLib
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.report.tripod_words import ANSWERS, ITEMS, PARTS
from NEMOPETLib.report.words import LANGUAGES
from NEMOPETLib.survival.study.study_result import Departure, Failure

_NAMED = 4
_LIBRARIES = ("numpy", "scipy", "pandas", "lifelines", "matplotlib", "scikit-survival", "scikit-learn")


def write_reporting(report: ReportWriter, view: StudyView) -> None:
    """Write the sections."""
    _write_departures(report, view)
    _write_messages(report, view)
    report.section(view.say("tripod"))
    report.paragraph(view.say("tripod_said"))
    report.table(checklist(view))
    _write_provenance(report, view)


def _write_departures(report: ReportWriter, view: StudyView) -> None:
    say = view.say
    report.section(say("departures"))
    report.paragraph(say("departures_said"))
    rows = [
        [say(f"departure_{one.key}"), say(f"departure_{one.key}_said"), _touched(view, one)]
        for one in view.result.departures
    ]
    columns = [
        Column(say("departure"), text=True),
        Column(say("instead"), text=True),
        Column(say("touched"), text=True),
    ]
    report.table(Table(say("departures_caption"), columns, [Body(rows)]))


def _touched(view: StudyView, departure: Departure) -> str:
    """The models that a departure touched, by name or, if there are many, by number."""
    say = view.say
    models = list(dict.fromkeys(where.partition("/")[0] for where in departure.where))
    if len(models) > _NAMED:
        return say("models_touched", n=len(models))
    return say.listed(say.model(model) for model in models) or say("nowhere")


def _write_messages(report: ReportWriter, view: StudyView) -> None:
    """What failed, and the warnings: as the library words them."""
    say, result = view.say, view.result
    report.section(say("messages"))
    failures = list(_failures(view))
    report.paragraph(say("failures_said") if failures else say("no_failures"))
    if failures:
        report.items([say.message(line) for line in failures], "warnings")
    warnings = [*result.warnings, *_model_warnings(view)]
    report.paragraph(say("warnings_said") if warnings else say("no_warnings"))
    if warnings:
        report.items([say.message(line) for line in warnings], "warnings")


def _failures(view: StudyView) -> Iterator[str]:
    """Each reason once, with what failed for it, and in which models."""
    said: dict[str, list[Failure]] = {}
    for failure in view.result.failures:
        said.setdefault(failure.reason, []).append(failure)
    for reason, failures in said.items():
        models = ", ".join(dict.fromkeys(one.model for one in failures if one.model))
        what = ", ".join(dict.fromkeys(one.what for one in failures))
        yield f"{models}, {what}: {reason}" if models else f"{what}: {reason}"


def _model_warnings(view: StudyView) -> Iterator[str]:
    """Each warning once, with the models that it was said of."""
    result = view.result
    said: dict[str, list[str]] = {}
    for model in (*result.models.values(), *result.further.values()):
        lines = [*model.warnings, *(line for stratum in model.strata.values() for line in stratum.found.warnings)]
        for line in dict.fromkeys(lines):
            said.setdefault(line, []).append(model.name)
    for line in () if result.classifier is None else result.classifier.warnings:
        said.setdefault(line, []).append("classifier")
    for line, models in said.items():
        yield f"{', '.join(models)}: {line}"


def checklist(view: StudyView) -> Table:
    """The 27 items of TRIPOD+AI, answered where the software knows the answer."""
    say, which = view.say, LANGUAGES.index(view.say.language)
    answers = _answers(view)
    bodies: list[Body] = []
    rows: list[list[str]] = []
    head = ""
    for item, asked in ITEMS.items():
        if item in PARTS:
            bodies += [Body(rows, head)] if rows else []
            rows, head = [], PARTS[item][which]
        rows.append([item, asked[which], answers.get(item) or ANSWERS["to_be_filled"][which]])
    bodies.append(Body(rows, head))
    columns = [Column(say("item"), text=True), Column(say("asked"), text=True), Column(say("answer"), text=True)]
    return Table(say("tripod_caption"), columns, bodies)


def _answers(view: StudyView) -> dict[str, str]:
    """Answers by item; every other item is the authors'."""
    say, result = view.say, view.result
    cohort, config = result.cohort, result.config
    flows = cohort.sets
    endpoint = say.variable(config.endpoint.time, unit=False)
    left_out = sum(
        count for flow in flows.values() for why, count in flow.left_out.items() if why == "a variable missing"
    )
    samples = max((m.bootstrap.samples for m in result.models.values() if m.bootstrap is not None), default=0)
    plain = ("4", "7", "9a", "9b", "12b", "12e", "12f", "12g", "13", "15", "21", "22", "23a", "24", "27a")
    answers = {item: say(f"tripod_{item}") for item in plain}
    answers |= {item: say("tripod_20") for item in ("20a", "20b")}
    answers["5a"] = say(
        "tripod_5a",
        rows=sum(flow.rows for flow in flows.values()),
        origin=say(f"origin_{cohort.origin}"),
        fingerprint=cohort.fingerprint[:12],
    )
    horizons = ", ".join(view.horizon(time) for time in view.time.horizons)
    answers["8a"] = say("tripod_8a", endpoint=endpoint, horizons=horizons)
    answers["10"] = say("tripod_10", events=flows["train"].events)
    answers["11"] = say("tripod_11", missing=left_out)
    answers["12c"] = say("tripod_12c", samples=samples)
    if "test" in flows:
        column = config.split.column or ""
        answers["12a"] = say("tripod_12a", train=flows["train"].analysed, test=flows["test"].analysed, column=column)
        answers |= {item: say("tripod_16") for item in ("16", "20c")}
    else:
        answers["12a"] = say("tripod_12a_all", train=flows["train"].analysed)
    if config.stratify.subtype is not None and view.hardest_subtype is not None:
        answers["14"] = say("tripod_14", subtype=say.variable(config.stratify.subtype, unit=False))
    answers["18f"] = say("tripod_18f", version=NEMOPETLib.__version__, seed=str(config.seed))
    return answers


def _write_provenance(report: ReportWriter, view: StudyView) -> None:
    say, result = view.say, view.result
    report.section(say("provenance_heading"))
    report.paragraph(say("simulated_said") if view.simulated else say("origin_real_said"))
    columns = [
        Column(say("model"), text=True),
        Column(say("model_file"), text=True),
        Column(say("model_id"), text=True),
        Column(say("learned_from"), text=True),
    ]
    rows = [
        [say.model(name), f"models/{name}.json", model.frozen.model_id, say(f"origin_{model.frozen.origin}")]
        for name, model in (*result.models.items(), *result.further.items())
    ]
    report.table(Table(say("frozen_caption"), columns, [Body(rows)], say("frozen_note")))
    facts = {
        "NEMO-PET": NEMOPETLib.__version__,
        "Python": platform.python_version(),
        **{name: version for name in _LIBRARIES if (version := _version(name))},
        say("seed"): str(result.config.seed),
        say("bootstraps"): say.number(result.config.bootstraps, 0),
        say("permutations"): say.number(result.config.stratify.permutations, 0),
        say("smallest_group"): say(
            "smallest_group_said",
            ns=result.config.stratify.ns,
            minprop=say.percent(result.config.stratify.minprop),
        ),
        say("fingerprint"): result.cohort.fingerprint,
    }
    report.facts(facts)


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
