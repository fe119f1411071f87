"""What a split of the patients into groups found, in words."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETPanel.number_text import percent_text, score_text
from NEMOPETPanel.words import group_word


def stratum_text(stratum: dict, of_set: str) -> str:
    """The cut-points, and each group of one set of patients with its survival, a line each.

    Parameters
    ----------
    stratum
        As ``results.json`` holds it for a model and a method.
    of_set
        ``train`` or ``test``.
    """
    cuts = ", ".join(f"{cut['operator']} {score_text(cut['value'])}" for cut in stratum["cutpoints"])
    p = score_text(stratum["p_corrected"])
    lines = [_("Cut-points: {cuts}; corrected p = {p}").format(cuts=cuts or "–", p=p)]
    groups = stratum.get(of_set) or {"groups": []}
    for group in groups["groups"]:
        told = "; ".join(
            _("{time}: {estimate} % ({lower}–{upper} %)").format(
                time=time,
                estimate=percent_text(one["estimate"]),
                lower=percent_text(one["lower"]),
                upper=percent_text(one["upper"]),
            )
            for time, one in group["survival"].items()
        )
        lines.append(
            _("{name}: {n} patients, {events} events; {survival}").format(
                name=group_word(group["name"]), n=group["n"], events=group["events"], survival=told
            )
        )
    return "\n".join(lines)
