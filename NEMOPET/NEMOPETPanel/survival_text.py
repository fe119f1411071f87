"""What a split of the patients into groups found, in words."""

from __future__ import annotations

import math

from slicer.i18n import tr as _

from NEMOPETPanel.number_text import percent_text, score_text
from NEMOPETPanel.own_language import own_language
from NEMOPETPanel.words import group_word, unit_word


def stratum_text(stratum: dict, of_set: str, unit: str) -> str:
    """The cut-points, and each group of one set of patients with its survival, a line each.

    Parameters
    ----------
    stratum
        As ``results.json`` holds it for a model and a method.
    of_set
        ``train`` or ``test``.
    unit
        Of the times.
    """
    from NEMOPETLib.report.phrases import Phrases

    cuts = ", ".join(f"{cut['operator']} {score_text(cut['value'])}" for cut in stratum["cutpoints"])
    p = Phrases(own_language()).p_equals(stratum["p_corrected"])
    lines = [_("Cut-points: {cuts}; {p} (corrected)").format(cuts=cuts or "–", p=p)]
    groups = stratum.get(of_set) or {"groups": []}
    for group in groups["groups"]:
        told = ", ".join(
            _("{time} {unit}: {estimate} % ({lower}–{upper} %)").format(
                time=time,
                unit=unit_word(unit),
                estimate=percent_text(one["estimate"]),
                lower=percent_text(one["lower"]),
                upper=percent_text(one["upper"]),
            )
            for time, one in group["survival"].items()
        )
        lines.append(
            _("{name}: {n} patients, {events} events; survival at {survival}").format(
                name=group_word(group["name"]), n=group["n"], events=group["events"], survival=told
            )
        )
    return "\n".join(lines)


def coefficient_table(model: dict) -> tuple:
    """The header, and a row of texts for each coefficient, of a model as ``results.json`` holds it."""
    from NEMOPETLib.report.phrases import Phrases

    say = Phrases(own_language())
    header = (_("Variable"), _("Coefficient"), _("Standard error"), _("Hazard ratio (95 % interval)"), "p")
    rows = []
    for name, coefficient in model["coef"].items():
        limits = [model["hazard_ratio"][name][key] for key in ("estimate", "lower", "upper")]
        ratio = say.ratio(*(math.nan if limit is None else limit for limit in limits))
        numbers = say.significant(coefficient), say.significant(model["se"][name])
        rows.append((name, *numbers, ratio, say.p_value(model["p"][name])))
    return header, rows
