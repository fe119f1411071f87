from __future__ import annotations

import math
import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.report.phrases import _WORDS, Phrases, rounded_percent
from NEMOPETLib.report.tripod_words import ANSWERS, ITEMS, PARTS
from NEMOPETLib.report.words_conclusions import CONCLUSIONS
from NEMOPETLib.report.words_figures import FIGURE_WORDS
from NEMOPETLib.report.words_names import GROUPS, LEARNERS, METHODS, MODELS, NAMES
from NEMOPETLib.report.words_report import REPORT_WORDS
from NEMOPETLib.report.words_sentences import SENTENCES
from NEMOPETLib.survival.cut_methods import METHODS as ALL_METHODS
from NEMOPETLib.survival.study.study_config import nemo_pet_study

ENGLISH, FRENCH = Phrases("en"), Phrases("fr")
EVERYTHING = {**_WORDS, **ITEMS, **PARTS, **GROUPS, **LEARNERS, **METHODS, **MODELS}


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.mark.parametrize("key", EVERYTHING)
def test_both_languages_say_the_same(key):
    english, french = EVERYTHING[key]
    assert english.strip() == english != ""
    assert french.strip() == french != ""
    fields = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (english, french)]
    assert fields[0] == fields[1]
    assert english[-1:] in ".:" or french[-1:] not in "."


def test_no_key_stands_for_two_phrases():
    parts = (NAMES, REPORT_WORDS, FIGURE_WORDS, SENTENCES, CONCLUSIONS, ANSWERS)
    assert sum(map(len, parts)) == len(_WORDS)


def test_everything_of_the_published_study_has_a_name():
    config = nemo_pet_study()
    names = {model.name for model in (*config.models, *config.further)} | {m.pool for m in config.further if m.pool}
    assert names <= set(MODELS)
    assert set(ALL_METHODS) == set(METHODS)


@pytest.mark.parametrize(("died", "of", "shown"), [(33, 40, "83%"), (1, 8, "13%"), (17, 40, "43%"), (0, 3, "0%")])
def test_halves_are_rounded_up_as_in_print(died, of, shown):
    assert ENGLISH.percent(died / of) == shown
    assert ENGLISH.percent(1 - (of - died) / of) == shown  # what Kaplan and Meier's product leaves


@given(st.integers(0, 400), st.integers(1, 400))
def test_percent_is_nearest(part, whole):
    share = min(part, whole) / whole
    assert abs(rounded_percent(share) - 100 * share) <= 0.5 + 1e-6
    assert rounded_percent(-share) == -rounded_percent(share)


@pytest.mark.parametrize(
    ("p", "english", "french"),
    [
        (0.0004, "< 0.001", "< 0,001"),
        (0.0123, "0.012", "0,012"),
        (0.0496, "0.050", "0,050"),
        (0.0994, "0.099", "0,099"),
        (0.0996, "0.10", "0,10"),
        (1.0, "1.00", "1,00"),
        (None, "–", "–"),
        (float("nan"), "–", "–"),
    ],
)
def test_p_values(p, english, french):
    assert plain(ENGLISH.p_value(p)) == english
    assert plain(FRENCH.p_value(p)) == french


def test_numbers_of_both_languages():
    assert ENGLISH.number(-12345.678, 1) == "−12,345.7"
    assert plain(FRENCH.number(-12345.678, 1)) == "−12 345,7"
    assert plain(ENGLISH.estimate(0.725, 0.61, 0.834)) == "0.72 (0.61 to 0.83)"
    assert plain(FRENCH.percent_estimate(0.825, 0.705, 0.914)) == "83 % (71 à 91)"
    assert ENGLISH.number(math.inf) == "∞"
    assert ENGLISH.estimate(float("nan"), 0, 1) == "–"
    assert ENGLISH.significant(0.000743) == "0.000743"
    assert plain(FRENCH.significant(-1234567.0)) == "−1,23 × 10⁶"
    assert plain(ENGLISH.ratio(1e9, 2.5e-7, 3e24)) == "1.0 × 10⁹ (2.5 × 10⁻⁷ to 3.0 × 10²⁴)"


@given(st.floats(-5, 5), st.floats(1e-4, 2))
def test_a_ratio_tells_its_limits_apart(log_ratio, half):
    ratio, lower, upper = (math.exp(log_ratio + step) for step in (0.0, -half, half))
    shown = plain(ENGLISH.ratio(ratio, lower, upper))
    value, low, high = (float(part.replace(",", "")) for part in re.findall(r"[\d.,]+", shown))
    assert low <= value <= high
    if (upper - lower) > 1e-4 and lower > 1e-4:
        assert 0 < low < high


def test_french_spaces_do_not_break():
    said = FRENCH("composition_said", model="x")
    assert "«\u00a0x\u00a0»" in said
    assert "\u00a0:" in said
    assert not re.search(r" [:;!?%»]", said)
    assert ENGLISH("set_n", set="train", n=1234) == "train, n\u00a0=\u00a01,234"


def test_columns_have_names_and_units():
    assert plain(ENGLISH.variable("age_years")) == "Age (years)"
    assert plain(FRENCH.variable("fat_v_volume_ml")) == "Graisse viscérale : volume (ml)"
    assert plain(FRENCH.variable("muscle_sul_mean")) == "Muscle : SULmoyenne"
    assert ENGLISH.variable("my_column") == "my_column"
