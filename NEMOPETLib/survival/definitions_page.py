"""Write docs/statistics.md from the definitions: ``python -m NEMOPETLib.survival.definitions_page``."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.survival.definitions import DESCRIPTION, MODELS, PERFORMANCE, Statistic
from NEMOPETLib.survival.group_definitions import CUT_POINTS, GROUPS, P_VALUES

PAGE = Path("docs/statistics.md")
SECTIONS: dict[str, tuple[Statistic, ...]] = {
    "Models": MODELS,
    "Cut-points": CUT_POINTS,
    "p-values of the groups": P_VALUES,
    "Survival in the groups": GROUPS,
    "Performance and validation": PERFORMANCE,
    "Description of the cohort": DESCRIPTION,
}
HEAD = ("Name", "English", "Français", "Formula", "From", "Computed by", "Found in")
PREFACE = """\
# Statistics

Made from `NEMOPETLib/survival/definitions.py` and `group_definitions.py` by
`python -m NEMOPETLib.survival.definitions_page`: change it there. How a study runs is in [survival.md](survival.md).

Under *computed by* stands a name of `NEMOPETLib.survival`. Under *found in* stand keys of `results.json`, the names of
models, methods, sets and groups left out; tables; and `score` for what `nemopet score` writes. The statistics of groups
are alike in the strata, in pools of models (`further.pools`) and for frozen models (`frozen`).

Φ is the standard normal distribution, δ 1 for an event and 0 for a censored time, d and r the events at a time and
those at risk, 1.96 the 97.5 % quantile of Φ, ns and minprop the smallest group of the configuration.
"""


def as_markdown() -> str:
    """The page: a table of each section."""
    lines = [PREFACE]
    for title, statistics in SECTIONS.items():
        lines += [f"## {title}\n", _row(HEAD), _row(("---",) * len(HEAD))]
        lines += [_row(_cells(statistic)) for statistic in statistics]
        lines.append("")
    return "\n".join(lines)


def _cells(statistic: Statistic) -> tuple[str, ...]:
    return (
        f"`{statistic.key}`",
        statistic.english,
        statistic.french,
        statistic.formula.replace("|", "\\|"),
        statistic.source,
        f"`{statistic.computed_by}`",
        ", ".join(f"`{place}`" for place in statistic.found_in),
    )


def _row(cells: tuple[str, ...]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(as_markdown(), encoding="utf-8")
