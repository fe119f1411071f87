"""Each statistic is defined once, by a function that there is, and the page says the same."""

from __future__ import annotations

import importlib
from functools import reduce
from pathlib import Path

import pytest

from NEMOPETLib.survival.cut_methods import METHODS
from NEMOPETLib.survival.definitions import Statistic
from NEMOPETLib.survival.definitions_page import PAGE, SECTIONS, as_markdown
from NEMOPETLib.survival.group_definitions import CUT_POINTS

ROOT = Path(__file__).resolve().parents[2]
STATISTICS = [statistic for section in SECTIONS.values() for statistic in section]


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == as_markdown()


def test_each_has_a_row_of_seven_cells() -> None:
    rows = [line.replace("\\|", "") for line in as_markdown().splitlines() if line.startswith("| `")]
    assert [row.split("|")[1].strip() for row in rows] == [f"`{statistic.key}`" for statistic in STATISTICS]
    assert {row.count("|") for row in rows} == {8}


def test_each_has_a_key_of_its_own_and_says_everything() -> None:
    assert len({statistic.key for statistic in STATISTICS}) == len(STATISTICS)
    assert all(all(vars(statistic).values()) for statistic in STATISTICS)


def test_each_way_to_cut_is_defined() -> None:
    assert [statistic.key for statistic in CUT_POINTS] == list(METHODS)


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda statistic: statistic.key)
def test_there_is_what_computes_it(statistic: Statistic) -> None:
    names = statistic.computed_by.split(".")
    modules = [place for place in range(1, len(names)) if not names[place - 1][0].isupper()]
    folder = ROOT / "NEMOPETLib" / "survival"
    place = next(place for place in modules if folder.joinpath(*names[:place]).with_suffix(".py").is_file())
    module = importlib.import_module(".".join(["NEMOPETLib", "survival", *names[:place]]))
    assert reduce(getattr, names[place:], module) is not None
