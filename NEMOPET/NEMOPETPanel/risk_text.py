"""The risk of a patient in words: group, survival, and what is doubtful about them."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, GREY, RED, inked
from NEMOPETPanel.number_text import decimal_text, percent_text, score_text
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.words import group_word, mask_word


def risk_html(risk: dict, moved: dict, *, of_now: bool) -> str:
    """Group, body composition index, survival with interval, and what is doubtful.

    Parameters
    ----------
    risk, moved
        As ``predict`` and the ``risk`` of ``sensitivity`` say it.
    of_now
        Whether it is of the masks as they are; else all of it is grey.
    """

    def mark(colour: str, html: str) -> str:
        return inked(colour, html) if of_now else html

    lines = [f"BCi: {score_text(risk['bci'])}"] if risk.get("bci") is not None else []
    if risk["missing"]:
        names = escape(", ".join(risk["missing"]))
        lines.append(mark(RED, _("No risk: {names} is not known").format(names=names)))
    else:
        lines += [_group(risk), *map(_survival(risk["endpoint"]), risk["survival"])]
        lines += [mark(AMBER, _outside(one)) for one in risk["outside"]]
        lines += _moved(moved, mark)
        lines += [mark(AMBER, escape(in_own_language(text))) for text in risk["warnings"]]
    html = "<br>".join(lines)
    return html if of_now else inked(GREY, html)


def _group(risk: dict) -> str:
    group, score = escape(group_word(risk["risk_group"])), score_text(risk["risk_score"])
    if not risk.get("method"):
        return _("Risk group: <b>{group}</b> (score {score})").format(group=group, score=score)
    return _("Risk group: <b>{group}</b> (score {score}, groups by {method})").format(
        group=group, score=score, method=escape(risk["method"])
    )


def _survival(endpoint: dict):
    """Says one time's survival in years, or in the endpoint's unit where that is no known one."""

    def line(told: dict) -> str:
        time = f"{time_text(told['horizon'])} {endpoint.get('unit', '')}".strip()
        if told.get("years") is not None:
            years = time_text(told["years"])
            time = _("1 year") if years == "1" else _("{years} years").format(years=years)
        return _("Survival at {time}: {estimate} % (95 % interval {lower}–{upper} %)").format(
            time=escape(time),
            estimate=percent_text(told["estimate"]),
            lower=percent_text(told["lower"]),
            upper=percent_text(told["upper"]),
        )

    return line


def _outside(one: dict) -> str:
    text = _("{column} {value} is outside the training range {low} to {high}: the prediction is extrapolated")
    values = {name: score_text(one[name]) for name in ("value", "low", "high")}
    return text.format(column=escape(one["column"]), **values)


def _moved(moved: dict, mark) -> list:
    """How far the score moves with the masks, and each group that it moves into."""
    scenarios = moved.get("scenarios", [])
    if not scenarios:
        return []
    scores = [one["risk_score"] for one in (*scenarios, {"risk_score": moved["value"]})]
    known = [score for score in scores if score is not None]
    lines = []
    if known:
        text = _("Score {low} to {high} in these variants of the masks")
        lines.append(text.format(low=score_text(min(known)), high=score_text(max(known))))
    flips = [one for one in scenarios if one["flips"]]
    if not flips:
        return [*lines, _("The risk group stays the same in all these variants of the masks.")]
    return [*lines, *(mark(RED, f"<b>{escape(_flip(one, moved['group']))}</b>") for one in flips)]


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


def time_text(value) -> str:
    """A time without decimals where it has none."""
    return decimal_text(value, 0 if value == int(value) else 1)
