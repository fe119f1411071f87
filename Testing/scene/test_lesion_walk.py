from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.lesion_edits import lesion_places, toggle_lesion
from NEMOPETLib.scene.lesion_walk import Holder, LesionRow, LesionWalk, Position, holder_at
from NEMOPETLib.scene.segments import get_mask

from .conftest import PET_GRID


def row(number: int, physiological: bool = False) -> LesionRow:
    return LesionRow((0.0, 0.0, -float(number)), physiological)


class World:
    """Parts that are points: which are physiological, and what a list of them shows once it is measured."""

    def __init__(self, count: int) -> None:
        self.physiological = dict.fromkeys(range(count), False)
        self.listed = self.lesions()

    def lesions(self) -> list[int]:
        return [number for number, moved in self.physiological.items() if not moved]

    def rows(self) -> list[LesionRow]:
        """Lesions as they were last measured, physiological parts as they are."""
        apart = [number for number, moved in self.physiological.items() if moved]
        return [*map(row, self.listed), *(row(number, True) for number in apart)]

    def look(self, position: Position, rows: Sequence[LesionRow]) -> Holder | None:
        number = round(-position[2])
        if number not in self.physiological:
            return None
        moved = self.physiological[number]
        return Holder(moved, tuple(at for at, one in enumerate(rows) if one == row(number, moved)))

    def toggle(self, walk: LesionWalk) -> LesionWalk:
        assert walk.chosen is not None
        number = round(-walk.chosen.inside_lps[2])
        self.physiological[number] = not self.physiological[number]
        return walk.relisted(self.rows(), self.look)

    def measure(self, walk: LesionWalk) -> LesionWalk:
        self.listed = self.lesions()
        return walk.relisted(self.rows(), self.look)


def walk_at(world: World, place: int) -> LesionWalk:
    return LesionWalk().relisted(world.rows(), world.look).choose(place)


@pytest.mark.parametrize("measured", [False, True])
def test_the_second_press_undoes_the_first(measured: bool) -> None:
    world = World(4)
    walk = world.toggle(walk_at(world, 1))
    walk = world.measure(walk) if measured else walk
    assert walk.chosen == row(1, True)
    walk = world.measure(world.toggle(walk))
    assert world.lesions() == [0, 1, 2, 3]
    assert walk.chosen == row(1)
    assert walk.at == 1
    assert not walk.lost


def test_what_is_not_listed_yet_stays_chosen() -> None:
    world = World(3)
    walk = world.toggle(world.measure(world.toggle(walk_at(world, 1))))
    assert walk.chosen == row(1)
    assert walk.at is None
    assert not walk.lost


@pytest.mark.parametrize("measured", [False, True])
def test_the_walk_goes_on_as_if_the_part_had_stayed(measured: bool) -> None:
    world = World(4)
    walk = world.toggle(walk_at(world, 1))
    walk = world.measure(walk) if measured else walk
    down, up = walk.step(1), walk.step(-1)
    assert (down, up) != (None, None)
    assert walk.rows[down] == row(2)
    assert walk.rows[up] == row(0)


def test_at_the_ends_the_walk_stays() -> None:
    world = World(2)
    assert walk_at(world, 1).step(1) == 1
    assert walk_at(world, 0).step(-1) == 0
    last = world.measure(world.toggle(walk_at(world, 1)))
    assert last.step(1) is None
    assert LesionWalk().step(1) is None
    assert LesionWalk((row(0),)).step(1) == 0


def test_what_moved_up_is_chosen_where_a_lesion_is_gone() -> None:
    world = World(3)
    walk = walk_at(world, 1)
    del world.physiological[1]
    walk = world.measure(walk)
    assert (walk.chosen, walk.lost) == (row(2), True)
    assert not walk.relisted(world.rows(), world.look).lost
    world.physiological.clear()
    assert world.measure(walk).chosen is None


@given(st.lists(st.sampled_from(["toggle", "measure", "down", "up"]), max_size=25), st.integers(1, 6))
def test_nothing_that_was_not_looked_at_is_ever_toggled(keys: list[str], count: int) -> None:
    """Whatever is pressed: the part under the cursor is the one that was chosen, until a step goes to another."""
    world = World(count)
    walk = walk_at(world, 0)
    seen = 0
    for key in keys:
        if key in ("down", "up"):
            place = walk.step(1 if key == "down" else -1)
            walk = walk if place is None else walk.choose(place)
            assert walk.chosen is not None
            seen = round(-walk.chosen.inside_lps[2])
        else:
            walk = world.toggle(walk) if key == "toggle" else world.measure(walk)
        assert walk.chosen is not None
        assert round(-walk.chosen.inside_lps[2]) == seen
        assert walk.chosen.physiological == world.physiological[seen] or key in ("down", "up")


def block(first: int) -> np.ndarray:
    voxels = np.zeros(PET_GRID.shape, bool)
    voxels[first : first + 5, 10:20, 10:20] = True
    return voxels


def test_a_part_is_found_by_a_position_in_it(make_patient) -> None:
    patient = make_patient(masks={"lesions": Mask("lesions", block(10) | block(30), PET_GRID)})
    hottest = tuple(PET_GRID.positions(np.array([[12, 11, 18]]))[0].tolist())
    other = tuple(PET_GRID.positions(np.array([[32, 15, 15]]))[0].tolist())
    rows = [LesionRow(other), LesionRow(hottest)]
    assert holder_at(patient, hottest, rows) == Holder(False, (1,))
    toggle_lesion(patient, hottest)
    (part,) = lesion_places(get_mask(patient, "physiological"))
    assert part.inside_lps != hottest
    assert holder_at(patient, hottest, [*rows, LesionRow(part.inside_lps, True)]) == Holder(True, (2,))
    outside = tuple(PET_GRID.positions(np.array([[22, 15, 15]]))[0].tolist())
    assert holder_at(patient, outside, rows) is None
