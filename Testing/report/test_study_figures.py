from __future__ import annotations

import io
import re
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from scipy.interpolate import CubicSpline

from NEMOPETLib.report.figure_auc import auc_figure
from NEMOPETLib.report.figure_calibration import calibration_figure
from NEMOPETLib.report.figure_correlation import correlation_figure
from NEMOPETLib.report.figure_cut_profile import Profile, cut_profile_figure
from NEMOPETLib.report.figure_decision import decision_figure
from NEMOPETLib.report.figure_files import inline_svg, save_figure
from NEMOPETLib.report.figure_forest import ForestRow, forest_figure
from NEMOPETLib.report.figure_kaplan_meier import TimeAxis, kaplan_meier_figure, time_ticks
from NEMOPETLib.report.figure_zph import Residuals, natural_basis, spline_smooth, zph_figure
from NEMOPETLib.report.illustration import MARKS, Illustration, marks
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.calibration import CalibrationGroup
from NEMOPETLib.survival.decision_curve import DecisionCurve
from NEMOPETLib.survival.kaplan_meier import SurvivalEstimate, kaplan_meier
from NEMOPETLib.survival.log_rank_cuts import rlr

SAY = Phrases("en")
MONTHS = TimeAxis("months", True, (12.0, 24.0))
LONG = "A variable of a very long name that has to be broken"
MARKUP = r"$\frac{1}{0}$ 50% <b> & ü"  # a name of the user's that is neither mathematics nor HTML


def cohort(n: int = 90, seed: int = 3):
    generator = np.random.default_rng(seed)
    score = generator.standard_normal(n)
    raw = generator.exponential(size=n) * 18 * np.exp(-score)
    leaving = generator.uniform(6, 30, n)
    return np.minimum(raw, leaving), raw <= leaving, np.exp(score)


def curves():
    time, event, score = cohort()
    groups = np.digitize(score, [0.6, 1.4])
    return {
        name: kaplan_meier(time[groups == code], event[groups == code])
        for code, name in enumerate(("low", "intermediate", "high"))
    }


def a_kaplan_meier() -> Illustration:
    return kaplan_meier_figure(curves(), MONTHS, ("Log-rank, naive p < 0.001", "Corrected p = 0.03"), MARKUP, SAY)


def a_forest() -> Illustration:
    rows = [
        ForestRow("Age", "per SD = 12", 1.4, 1.1, 1.8),
        ForestRow(MARKUP, "1 against 0", 0.02, 0.0001, 4000.0),
        ForestRow(LONG, "per SD = 1", float("nan"), 0.0, float("inf")),
    ]
    return forest_figure(rows, "Forest", SAY)


def a_profile(method: str = "rlr") -> Illustration:
    time, event, score = cohort()
    found = rlr(time, event, score, 15)
    chosen = [found.cut] if method == "rlr" else [found.cut * 0.9, found.cut]
    profile = Profile(found.cuts, np.abs(found.z), "|Z|", score, chosen, 1.96)
    return cut_profile_figure(profile, ("Log-rank, naive p < 0.001", "Corrected p = 0.03"), "Search", SAY)


def a_correlation() -> Illustration:
    rho = np.array([[1, -0.71, 0.004], [-0.71, 1, np.nan], [0.004, np.nan, 1]])
    return correlation_figure(["Age", MARKUP, "BCi"], rho, "Spearman", SAY)


def an_auc() -> Illustration:
    times = np.array([6.0, 12.0, 18.0, 24.0])
    area = np.array([0.7, 0.72, 0.75, 0.74])
    return auc_figure(
        {"train": (times, area, area - 0.05, area + 0.05), MARKUP: (times, area, area - 0.4, area + 0.2)},
        MONTHS,
        "AUC",
        SAY,
    )


def a_calibration() -> Illustration:
    groups = [
        CalibrationGroup(30, survival, SurvivalEstimate(observed, 0.05, low, high))
        for survival, observed, low, high in ((0.95, 1.0, 1.0, 1.0), (0.8, 0.7, 0.5, 0.85), (0.4, 0.45, 0.2, 0.6))
    ]
    return calibration_figure({"train": groups, "test": groups[1:]}, "24 months", "Calibration", SAY)


def a_decision() -> Illustration:
    thresholds = np.linspace(0.02, 0.6, 30)
    treat_all = 0.2 - 0.8 * thresholds / (1 - thresholds)
    models = {
        f"model {number}": DecisionCurve(thresholds, 0.2 - thresholds / (3 + number), treat_all) for number in range(6)
    }
    return decision_figure(models, "24 months", "Decision", SAY)


def a_zph() -> Illustration:
    generator = np.random.default_rng(1)
    times = np.sort(generator.uniform(1, 24, 40))
    terms = [
        Residuals(name, generator.standard_normal(40), 0.3, 0.2, p)
        for name, p in (("Age", 0.04), (MARKUP, 0.5), (LONG, 1))
    ]
    return zph_figure(terms, times / 30, times, MONTHS, "Effects", SAY)


DRAW = (a_kaplan_meier, a_forest, a_profile, a_correlation, an_auc, a_calibration, a_decision, a_zph)


@pytest.fixture(scope="module", params=DRAW, ids=lambda draw: draw.__name__)
def drawn(request) -> Illustration:
    illustration = request.param()
    FigureCanvasAgg(illustration.figure).draw()
    return illustration


def texts(illustration: Illustration) -> list[Text]:
    found = illustration.figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    return [text for text in found if text.get_text().strip()]


def test_nothing_is_cut_off(drawn):
    figure = drawn.figure
    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    for text in texts(drawn):
        box = text.get_window_extent(renderer)
        if text.axes is not None and not _shown(text):
            continue
        assert box.x0 >= page.x0 - 0.5, text
        assert box.x1 <= page.x1 + 0.5, text
        assert box.y0 >= page.y0 - 0.5, text
        assert box.y1 <= page.y1 + 0.5, text


def _shown(text: Text) -> bool:
    """Tick labels beyond the axes' limits are not drawn."""
    for axis in (text.axes.xaxis, text.axes.yaxis):
        if text in axis.get_ticklabels():
            low, high = sorted(axis.get_view_interval())
            place = text.get_position()[0 if axis is text.axes.xaxis else 1]
            return low <= place <= high
    return True


def test_no_text_lies_on_another(drawn):
    renderer = drawn.figure.canvas.get_renderer()
    boxes = [(text, text.get_window_extent(renderer)) for text in texts(drawn) if text.axes is None or _shown(text)]
    for (one, first), (other, second) in combinations(boxes, 2):
        overlap_x = min(first.x1, second.x1) - max(first.x0, second.x0)
        overlap_y = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert min(overlap_x, overlap_y) < 3, f"{one} on {other}"  # pixels: line boxes hold more than ink


def test_writing_is_large_and_plain(drawn):
    for text in texts(drawn):
        assert text.get_fontsize() >= 8
        assert not text.get_parse_math() or not re.search(r"[$\\]", text.get_text())


def test_file_and_page_show_the_same(drawn, tmp_path):
    svg = save_figure(drawn, tmp_path, "name")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["name.png", "name.svg"]
    inline = ET.fromstring(inline_svg(svg, drawn, "f7-"))
    assert inline.get("role") == "img"
    assert inline.get("aria-label") == f"{drawn.title}. {drawn.alternative}"
    identifiers = [element.get("id") for element in inline.iter() if element.get("id")]
    assert all(identifier.startswith("f7-") for identifier in identifiers)
    assert len(set(identifiers)) == len(identifiers)
    whole = [float(part) for part in ET.fromstring(svg).get("viewBox").split()]
    shown = [float(part) for part in inline.get("viewBox").split()]
    assert whole[3] - shown[3] == pytest.approx(drawn.title_inches * 72, abs=0.02)
    assert b"text-rendering" not in svg
    assert "<style" not in ET.tostring(inline, encoding="unicode")
    assert io.BytesIO((tmp_path / "name.png").read_bytes()).read(8) == b"\x89PNG\r\n\x1a\n"


def test_the_same_numbers_make_the_same_file(tmp_path):
    assert save_figure(a_forest(), tmp_path, "one") == save_figure(a_forest(), tmp_path, "two")


def test_alternatives_tell_the_numbers(drawn):
    assert re.search(r"\d", drawn.alternative)
    assert drawn.alternative.endswith(".")


def test_marks_differ_without_colour():
    for count in (2, 3, 6):
        some = marks(count)
        assert len({str(mark.dashes) for mark in some}) == count
        assert len({mark.marker for mark in some}) == count
    for mark in MARKS:  # WCAG 2: contrast of text on white
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(mark.ink)]
        assert 1.05 / (np.dot(parts, [0.2126, 0.7152, 0.0722]) + 0.05) >= 4.5


def test_kaplan_meier_draws_the_curves():
    illustration = a_kaplan_meier()
    upper, lower = illustration.figure.axes
    for line, curve in zip(upper.get_lines()[::2], curves().values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata()[1:], curve.times)
        np.testing.assert_array_equal(line.get_ydata()[1:], curve.survival)
        assert line.get_ydata()[0] == 1
    for line, curve in zip(upper.get_lines()[1::2], curves().values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), curve.times[(curve.censored > 0)])
    ticks = [tick for tick in upper.get_xticks() if tick <= upper.get_xlim()[1]]
    counts = [int(text.get_text()) for text in lower.texts if text.get_text().isdigit()]
    expected = [int(count) for curve in curves().values() for count in curve.risk_table(ticks)]
    assert counts == expected
    high = curves()["high"].at(24.0)
    assert f"{round(100 * high.estimate)}% ({round(100 * high.lower)} to" in illustration.alternative.replace(
        "\u00a0", " "
    )
    assert "naive p < 0.001. Corrected p = 0.03." in illustration.alternative


def test_kaplan_meier_of_an_empty_group():
    shown = kaplan_meier_figure({**curves(), "nobody": None}, MONTHS, (), "Empty", SAY)
    labels = [text.get_text() for text in shown.figure.axes[0].get_legend().get_texts()]
    assert labels[-1].replace("\u00a0", " ") == "nobody: n = 0"
    zeros = [text.get_text() for text in shown.figure.axes[1].texts][-3:]
    assert set(zeros) == {"0"}


def test_ticks_of_time_hold_whole_years():
    np.testing.assert_array_equal(time_ticks(24.0, months=True), [0, 6, 12, 18, 24])
    np.testing.assert_array_equal(time_ticks(60.4, months=True), [0, 12, 24, 36, 48, 60, 72])
    np.testing.assert_array_equal(time_ticks(2659, months=False), [0, 500, 1000, 1500, 2000, 2500, 3000])


def test_forest_keeps_endless_intervals_inside():
    axes = a_forest().figure.axes[0]
    low, high = axes.get_xlim()
    for line in axes.get_lines()[1:]:
        assert np.all(np.asarray(line.get_xdata()) >= low)
        assert np.all(np.asarray(line.get_xdata()) <= high)
    assert {line.get_marker() for line in axes.get_lines()} >= {"<", ">", "s"}  # arrows where an interval goes on


def test_profile_marks_the_largest():
    time, event, score = cohort()
    found = rlr(time, event, score, 15)
    axes = a_profile().figure.axes[0]
    curve = axes.get_lines()[0]
    best = int(np.argmax(curve.get_ydata()))
    assert curve.get_xdata()[best] == found.cut
    chosen = axes.get_lines()[-1]
    assert set(chosen.get_xdata()) == {found.cut}
    assert f"Chosen: {SAY.significant(found.cut)}." in a_profile().alternative


def test_correlations_are_signed_and_missing_ones_said():
    shown = [text.get_text() for text in a_correlation().figure.axes[0].texts]
    assert shown == ["−0.71", "0.00", "–"]
    assert f"Age with {MARKUP} −0.71" in a_correlation().alternative


def test_calibration_shows_risks():
    axes = a_calibration().figure.axes[0]
    points = axes.containers[0].lines[0]
    np.testing.assert_allclose(points.get_xdata(), [0.05, 0.2, 0.6])
    np.testing.assert_allclose(points.get_ydata(), [0.0, 0.3, 0.55])
    assert "20% predicted and 30% observed" in a_calibration().alternative


def test_smooth_is_the_least_squares_natural_spline():
    generator = np.random.default_rng(5)
    x, y = np.sort(generator.uniform(0, 1, 80)), generator.standard_normal(80)
    grid, smooth, _ = spline_smooth(x, y, 0.1)
    knots = np.quantile(x, [0, 1 / 3, 2 / 3, 1])
    cardinal = CubicSpline(knots, np.eye(4), bc_type="natural")  # the same functions from another construction
    weights = np.linalg.lstsq(cardinal(x), y, rcond=None)[0]
    np.testing.assert_allclose(smooth, cardinal(grid) @ weights, atol=1e-9)


def test_smooth_reproduces_a_line_and_its_band_is_r_s():
    x = np.linspace(0.1, 0.9, 50)
    grid, smooth, half = spline_smooth(x, 2 - 3 * x, 0.25)
    np.testing.assert_allclose(smooth, 2 - 3 * grid, atol=1e-10)
    basis = natural_basis(x, np.quantile(x, [0, 1 / 3, 2 / 3, 1]))
    hat = basis @ np.linalg.solve(basis.T @ basis, basis.T)  # plot.cox.zph: 2·sqrt(d·var·p'(X'X)⁻¹p)
    np.testing.assert_allclose(half[[0, -1]], 2 * 0.25 * np.sqrt(50 * hat[[0, -1], [0, -1]]), rtol=1e-9)
