from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from NEMOPETLib.report.label_places import Box
from NEMOPETLib.report.panels import TISSUE_COLOURS, CtPanel, Panel, PetPanel, outline, tissue_colour
from NEMOPETLib.report.projections import Picture

FRAME = Box(-100, 100, 0, 400)
DPI = 100


def rendered(panel: Panel, inches_per_mm: float = 0.01) -> np.ndarray:
    """The panel alone, as (rows, columns, RGB) from the head down."""
    figure = Figure(figsize=(panel.width * inches_per_mm, panel.height * inches_per_mm), dpi=DPI)
    canvas = FigureCanvasAgg(figure)
    panel.draw(figure.add_axes((0, 0, 1, 1)), inches_per_mm)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def pet(suv: np.ndarray, extent=(-100, 100, 0, 400), **options) -> PetPanel:
    return PetPanel("t", "a", FRAME, 20.0, ("R", "L", "head", "feet"), "", Picture(suv, extent), **options)


def texts(panel: Panel) -> dict[str, tuple[float, float]]:
    figure = Figure(figsize=(2, 4), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    panel.draw(axes, 0.01)
    boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
    return {text: ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for text, box in boxes.items()}


@pytest.mark.parametrize(("suv", "grey"), [(-1, 255), (0, 255), (5, 127), (10, 0), (40, 0)])
def test_pet_is_inverse_grey_from_0_to_10(suv, grey):
    assert rendered(pet(np.full((40, 20), suv, np.float32)))[200, 100] == pytest.approx([grey] * 3, abs=2)


@pytest.mark.parametrize(("hu", "grey"), [(-1000, 0), (-160, 0), (40, 127), (240, 255), (3000, 255)])
def test_ct_window_is_from_minus_160_to_240(hu, grey):
    section = Picture(np.full((40, 20), hu, np.int16), (-100, 100, 0, 400))
    panel = CtPanel("t", "a", FRAME, 20.0, ("R", "L", "head", "feet"), "", section)
    assert rendered(panel)[200, 100] == pytest.approx([grey] * 3, abs=2)


def test_patients_right_is_left_and_the_head_is_up():
    suv = np.zeros((40, 20), np.float32)
    suv[30, 4] = 10  # row 30 from the feet, column 4 from the patient's right
    dark = rendered(pet(suv))[..., 0] < 128
    rows, columns = np.nonzero(dark[40:360, :])  # between the marks
    assert rows.mean() + 40 == pytest.approx(400 - 305, abs=3)
    assert columns.mean() == pytest.approx(45, abs=3)
    places = texts(pet(suv))
    assert places["R"][0] < 30 < 170 < places["L"][0]
    assert places["head"][1] > 380
    assert places["feet"][1] < 20


def test_millimetres_are_true_whatever_the_voxels_are():
    suv = np.zeros((80, 20), np.float32)  # pixels of 10 × 5 mm
    y, x = np.mgrid[2.5:400:5, -95:100:10]
    suv[(x - 0) ** 2 + (y - 200) ** 2 <= 60**2] = 10
    dark = rendered(pet(suv))[50:350, :, 0] < 128
    assert np.ptp(np.nonzero(dark)[0]) == pytest.approx(120, abs=8)
    assert np.ptp(np.nonzero(dark)[1]) == pytest.approx(120, abs=8)


def test_an_outline_runs_along_the_edges_of_the_pixels():
    mask = np.zeros((5, 6), bool)
    mask[1:4, 2:5] = True
    (line,) = outline(Picture(mask, (0, 12, 0, 25)))
    assert (line.min(axis=0).tolist(), line.max(axis=0).tolist()) == ([4, 5], [10, 20])
    assert np.array_equal(line[0], line[-1])


def test_a_lesion_that_fills_its_box_has_a_closed_outline_and_a_hole_its_own():
    ring = np.ones((3, 3), bool)
    ring[1, 1] = False
    assert len(outline(Picture(ring, (0, 3, 0, 3)))) == 2


def test_lesions_are_outlined_and_only_the_chosen_numbered():
    lesions = {n: Picture(np.ones((2, 2), bool), (-20, -10, 90 * n, 90 * n + 10)) for n in (1, 2, 3)}
    panel = pet(np.zeros((40, 20), np.float32), outlines=lesions, numbered=(3, 1, 99))
    orange = (np.abs(rendered(panel) - [213, 94, 0]) < 60).all(axis=2)
    for n in (1, 2, 3):
        assert orange[400 - 90 * n - 12 : 400 - 90 * n + 2, 78:92].any()
    written = texts(panel)
    assert {"1", "3"} <= set(written)
    assert not {"2", "99"} & set(written)
    assert written["3"][1] == pytest.approx(275, abs=12)


def test_tissues_are_tinted_and_the_ct_shows_through():
    section = Picture(
        np.where(np.arange(20) < 10, 240, -160).astype(np.int16)[np.newaxis].repeat(40, 0), (-100, 100, 0, 400)
    )
    spleen = Picture(np.ones((40, 20), bool), (-100, 100, 0, 400))
    image = rendered(CtPanel("t", "a", FRAME, 20.0, ("R", "L", "h", "f"), "", section, {"spleen": spleen}))
    on_white, on_black = image[200, 50], image[200, 150]
    assert (on_white > on_black + 60).all()
    assert on_black[2] > on_black[1] > on_black[0]  # sky blue


def test_colours_are_apart_for_every_kind_of_colour_vision():
    assert len(set(TISSUE_COLOURS.values()) | {tissue_colour("other")}) == len(TISSUE_COLOURS) + 1


def test_a_panel_without_a_picture_says_why():
    assert set(texts(PetPanel("t", "a", FRAME, 20.0, ("R", "L", "h", "f"), "No PET"))) == {"No PET"}
