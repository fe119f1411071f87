"""The risk of a patient in words: group, survival, and what is doubtful about them."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, RED, inked
from NEMOPETPanel.number_text import number_text, percent_text
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.words import group_word, mask_word


def risk_html(risk: dict, moved: dict) -> str:
    """Group, body composition index, survival with interval, and what is doubtful."""
    lines = [f"BCi: {risk['bci']:.3g}"] if risk.get("bci") is not None else []
    if risk["missing"]:
        names = ", ".join(risk["missing"])
        return "<br>".join([*lines, inked(RED, _("No risk: {names} is not known").format(names=escape(names)))])
    lines.append(
        _("Risk group: <b>{group}</b> (score {score})").format(
            group=escape(group_word(risk["risk_group"])), score=number_text(risk["risk_score"])
        )
    )
    lines += [_survival(one) for one in risk["survival"]]
    for one in risk["outside"]:
        text = _(
            "{column} {value} is outside the training range {low} to {high}: the prediction is extrapolated"
        ).format(
            column=one["column"],
            value=number_text(one["value"]),
            low=number_text(one["low"]),
            high=number_text(one["high"]),
        )
        lines.append(inked(AMBER, text))
    flips = [one for one in moved.get("scenarios", []) if one["flips"]]
    lines += [inked(RED, f"<b>{escape(_flip(one, moved['group']))}</b>") for one in flips]
    if moved and not flips:
        lines.append(_("The risk group stays the same in all these variants of the masks."))
    lines += [inked(AMBER, escape(in_own_language(text))) for text in risk["warnings"]]
    return "<br>".join(lines)


def _survival(told: dict) -> str:
    return _("Survival at {months} months: {estimate} % (95 % interval {lower}–{upper} %)").format(
        months=f"{told['horizon']:g}",
        estimate=percent_text(told["estimate"]),
        lower=percent_text(told["lower"]),
        upper=percent_text(told["upper"]),
    )


def _flip(scenario: dict, group) -> str:
    causes = {
        "threshold 3.5": _("with lesions from SUV 3.5 on"),
        "threshold 4.5": _("with lesions from SUV 4.5 on"),
        "shrunk": _("with the mask {mask} one voxel smaller"),
        "grown": _("with the mask {mask} one voxel larger"),
    }
    return _("The risk group flips from {group} to {other} {cause}").format(
        group=group_word(group),
        other=group_word(scenario["risk_group"]),
        cause=causes[scenario["variant"]].format(mask=mask_word(scenario["mask"])),
    )
