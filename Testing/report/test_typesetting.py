from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from NEMOPETLib.report.typesetting import text_style, text_width, wrapped

SCRIPTS = ["Müller", "Иванова", "患者", "عيادة", "עברית", "ผู้ป่วย", "🎉", "\U000e0041", "$x_1^2$", "\\frac{1}{2}", "a%b"]


@pytest.mark.parametrize("text", SCRIPTS)
def test_any_script_is_drawn_without_a_word_of_complaint(text, caplog):
    figure = Figure()
    with caplog.at_level(logging.WARNING):
        figure.text(0.1, 0.5, **text_style(text, size=12, weight="bold"))
        FigureCanvasAgg(figure).draw()
    assert caplog.records == []


def test_dollars_and_underscores_are_no_mathematics():
    text = "$a_1$"
    assert text_style(text)["s"] == text
    assert text_width(text, 10) == pytest.approx(sum(text_width(one, 10) for one in text), rel=0.3)
    assert text_width(text, 10) > text_width("a1", 10) + text_width("$$", 10)


def test_what_no_font_has_becomes_a_box():
    assert text_style("a\U000e0041b")["s"] == "a□b"


@settings(deadline=None, max_examples=30)
@given(text=st.text("abc fgh ijWM-_", max_size=120), width=st.floats(30, 300))
def test_lines_fit_and_lose_nothing(text, width):
    lines = wrapped(text, width, 9)
    assert all(text_width(line, 9) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_words_stay_whole_where_they_fit():
    lines = wrapped("the mask touches the border of the image", 90, 8)
    assert len(lines) > 1
    assert " ".join(lines) == "the mask touches the border of the image"
    assert wrapped("", 100, 8) == []
