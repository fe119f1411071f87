from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from NEMOPETLib.report.label_places import Box, place_labels

FRAME = Box(0, 400, 0, 1000)


def boxes_at(places, sizes):
    return [Box(x - w / 2, x + w / 2, y - h / 2, y + h / 2) for (x, y), (w, h) in zip(places, sizes, strict=True)]


def overlap(one: Box, two: Box) -> float:
    width = min(one.right, two.right) - max(one.left, two.left)
    height = min(one.top, two.top) - max(one.bottom, two.bottom)
    return max(width, 0) * max(height, 0)


def scattered(seed: int, number: int) -> list[Box]:
    random = np.random.default_rng(seed)
    radii = np.sort(random.gamma(2, 4, number) + 3)[::-1]
    centres = random.uniform((60, 60), (340, 940), (number, 2))
    return [Box(x - r, x + r, y - r, y + r) for (x, y), r in zip(centres, radii, strict=True)]


def test_a_lone_lesion_has_its_number_beside_it():
    lesion = Box(195, 205, 495, 505)
    (place,) = place_labels([lesion], [(12, 10)], [lesion], FRAME)
    assert place[1] == pytest.approx(500)
    assert 205 + 6 < place[0] < 205 + 6 + 5


@pytest.mark.parametrize("seed", range(8))
def test_twenty_numbers_among_eighty_lesions_hide_neither_each_other_nor_leave_the_frame(seed):
    lesions = scattered(seed, 80)
    sizes = [(18.0, 12.0)] * 20
    labels = boxes_at(place_labels(lesions[:20], sizes, lesions, FRAME), sizes)
    assert max(overlap(a, b) for a, b in combinations(labels, 2)) == 0
    assert all(overlap(label, FRAME) == pytest.approx(18 * 12) for label in labels)
    own = [overlap(label, lesion) / (18 * 12) for label, lesion in zip(labels, lesions[:20], strict=True)]
    assert max(own) < 0.05


def test_lesions_at_one_place_get_numbers_side_by_side():
    lesions = [Box(195, 205, 495, 505)] * 20
    sizes = [(18.0, 12.0)] * 20
    labels = boxes_at(place_labels(lesions, sizes, lesions, FRAME), sizes)
    assert max(overlap(a, b) for a, b in combinations(labels, 2)) == 0


@pytest.mark.parametrize("corner", [(0, 0), (400, 0), (0, 1000), (400, 1000)])
def test_a_lesion_at_the_edge_keeps_its_number_inside(corner):
    lesion = Box(corner[0] - 5, corner[0] + 5, corner[1] - 5, corner[1] + 5)
    (label,) = boxes_at(place_labels([lesion], [(18, 12)], [lesion], FRAME), [(18, 12)])
    assert overlap(label, FRAME) == pytest.approx(18 * 12)


def test_no_lesion_no_label():
    assert place_labels([], [], [], FRAME) == []
