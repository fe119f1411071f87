"""Risk groups: cut-points, p-values with and without correction, survival, subtypes, curves."""

from __future__ import annotations

import numpy as np

from NEMOPETLib.report.figure_cut_profile import Profile, cut_profile_figure
from NEMOPETLib.report.figure_kaplan_meier import kaplan_meier_figure
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.survival_tables import subtype_table, survival_table
from NEMOPETLib.report.text_table import Body, Column, Table
from NEMOPETLib.survival.log_rank_cuts import CutProfile
from NEMOPETLib.survival.maxstat import MaximallySelected
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.stratum_result import Stratum
from NEMOPETLib.survival.time_roc import TimeROC

_SINGLE_TEST = 1.96


def write_groups(report: ReportWriter, view: StudyView) -> None:
    """Write the section."""
    say = view.say
    report.section(say("groups"))
    report.paragraph(say("groups_said"), say("naive_said"))
    for model in view.result.models.values():
        if model.strata:
            report.heading(say.model(model.name))
            write_strata(report, view, model)


def write_strata(report: ReportWriter, view: StudyView, model: ModelResult, brief: bool = False) -> None:
    """The groups of one model by every method, two of them with curves.

    Unless brief, survival by the other methods and the searches are shown too, and the others' curves are
    written as files.
    """
    say = view.say
    name = say.model(model.name)
    report.table(_cuts(view, model))
    shown = view.heads(model.strata)
    methods = {method: model.strata[method].sets for method in (shown if brief else model.strata)}
    report.table(survival_table(view, methods, say("survival_caption", model=name)))
    for method in shown:
        stratum = model.strata[method]
        if any(len(groups.subtypes) > 1 for groups in stratum.sets.values()):
            caption = say("subtype_caption", model=name, method=say.method(method))
            report.table(subtype_table(view, stratum.sets, caption))
    figures: dict[str, Illustration] = {}
    for method in shown:
        figures |= _curves(view, model, method)
    for method in () if brief else shown:
        figures |= _profiles(view, model, method)
    report.figures(figures)
    others = [method for method in model.strata if method not in shown]
    if others and not brief:
        for method in others:
            report.file_only(_curves(view, model, method) | _profiles(view, model, method))
        names = ", ".join(say.method(method) for method in others)
        report.paragraph(say("other_figures", methods=names), kind="note")


def _cuts(view: StudyView, model: ModelResult) -> Table:
    say = view.say
    columns = [
        Column(say("method"), text=True),
        Column(say("cut_points")),
        *([Column(say("cut_interval"))] if any(s.stability for s in model.strata.values()) else []),
        Column(say("naive_p"), group=say("train")),
        Column(say("corrected_p"), group=say("train")),
        Column(say("correction"), text=True, group=say("train")),
        *([Column(say("log_rank_p"), group=say("test"))] if "test" in view.sets else []),
    ]
    rows = [_cut_row(view, stratum, len(columns)) for stratum in model.strata.values()]
    return Table(say("cuts_caption", model=say.model(model.name)), columns, [Body(rows)], say("cuts_note"))


def _cut_row(view: StudyView, stratum: Stratum, size: int) -> list[str]:
    say = view.say
    cuts = say.listed(f"{_operator(cut.operator)} {say.significant(cut.value)}" for cut in stratum.found.cuts)
    row = [say.method(stratum.method), cuts]
    if size - ("test" in view.sets) > 5:
        intervals = [] if stratum.stability is None else list(stratum.stability.intervals)
        row.append(
            say.listed(say("from_to", low=say.significant(a), high=say.significant(b)) for a, b in intervals) or "–"
        )
    p = stratum.p
    row += [
        say.p_value(None if p is None else p.naive),
        say.p_value(None if p is None else p.corrected),
        correction(view, stratum),
    ]
    if "test" in view.sets:
        test = stratum.sets.get("test")
        row.append(say.p_value(None if test is None or test.log_rank is None else test.log_rank.test.p))
    return row


def _operator(operator: str) -> str:
    return "≥" if operator == ">=" else operator


def correction(view: StudyView, stratum: Stratum) -> str:
    """How the p-value in train was corrected, in words."""
    say, p = view.say, stratum.p
    if p is None or p.corrected is None:
        return say("correction_none")
    return say("correction_chain", n=p.permutations) if p.chain is not None else say("correction_lau94")


def p_notes(view: StudyView, stratum: Stratum, name: SetName) -> tuple[str, ...]:
    """The p-values of the groups in a set, in words: in train naive and corrected, in test as they are."""
    say, groups = view.say, stratum.sets[name]
    if groups.log_rank is None:
        return (say("no_log_rank"),)
    if name == "test":
        return (say("test_p_said", p=say.p_equals(groups.log_rank.test.p)),)
    p = stratum.p
    naive = say("naive_p_said", p=say.p_equals(groups.log_rank.test.p if p is None else p.naive))
    if p is None or p.corrected is None:
        return naive, say("uncorrected_said")
    return naive, say("corrected_p_said", p=say.p_equals(p.corrected), how=correction(view, stratum))


def _curves(view: StudyView, model: ModelResult, method: Method) -> dict[str, Illustration]:
    say, stratum = view.say, model.strata[method]
    figures = {}
    for name in view.sets:
        if name in stratum.sets:
            title = say("title_kaplan_meier", model=say.model(model.name), method=say.method(method), set=say(name))
            notes = p_notes(view, stratum, name)
            figures[f"{model.name}_{method}_{name}_kaplan_meier"] = group_curves(view, stratum.sets[name], notes, title)
    return figures


def group_curves(view: StudyView, groups: RiskGroups, notes: tuple[str, ...], title: str) -> Illustration:
    """Kaplan–Meier curves of risk groups."""
    curves = {view.say.group(group.name): group.curve for group in groups.groups}
    return kaplan_meier_figure(curves, view.time, notes, title, view.say)


def _profiles(view: StudyView, model: ModelResult, method: Method) -> dict[str, Illustration]:
    say, stratum = view.say, model.strata[method]
    profile = _profile(view, model, stratum)
    if method == "rlr_last" or profile is None or profile.cuts.size < 2:
        return {}
    title = say("title_profile", model=say.model(model.name), method=say.method(method))
    notes = p_notes(view, stratum, "train")
    return {f"{model.name}_{method}_cut_profile": cut_profile_figure(profile, notes, title, say)}


def _profile(view: StudyView, model: ModelResult, stratum: Stratum) -> Profile | None:
    say, found = view.say, stratum.found.profile
    scores = model.scores["train"].risk
    chosen = [cut.value for cut in stratum.found.cuts]
    if isinstance(found, CutProfile):
        return Profile(found.cuts, np.abs(found.z), say("statistic_z"), scores, chosen, _SINGLE_TEST)
    if isinstance(found, MaximallySelected):
        return Profile(found.cuts, found.statistics, say("statistic_maxstat"), scores, chosen, _SINGLE_TEST)
    if isinstance(found, TimeROC):
        order = np.argsort(found.thresholds)
        youden = (found.sensitivity - found.false_positives)[order]
        return Profile(found.thresholds[order], youden, say("statistic_youden"), scores, chosen, None)
    return None
