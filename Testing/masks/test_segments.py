from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.segments import Segment, choose_segments


@dataclass(frozen=True)
class Listed:
    """A mask file as far as the choice of segments goes."""

    names: tuple[str, ...]
    path = Path("file")
    frame_of_reference = None
    warnings = ()

    @property
    def named(self) -> bool:
        return any(self.names)

    def segments(self) -> tuple[Segment, ...]:
        return tuple(Segment(number, name) for number, name in enumerate(self.names, start=11))

    def blocks(self, numbers):
        raise AssertionError(numbers)


@pytest.mark.parametrize(
    ("names", "name", "segment", "chosen"),
    [
        (("Liver",), "spleen", None, {11}),
        (("Liver", "Spleen"), "spleen", None, {12}),
        (("skeletal_muscle", "Subcutaneous fat", "torso-fat"), "muscle", None, {11}),
        (("skeletal_muscle", "Subcutaneous fat", "torso-fat"), "fat_sc", None, {12}),
        (("skeletal_muscle", "Subcutaneous fat", "torso-fat"), "fat_v", None, {13}),
        (("muscle", "muscle 2"), "muscle", None, {11}),
        (("a", "b"), "muscle", "B", {12}),
        (("a", "b"), "muscle", "12", {12}),
        (("12", "b"), "muscle", "12", {11}),
        (("liver", "Tumour", "heart"), "lesions", None, {12}),
        (("liver", "lesions", "tumour margin"), "lesions", None, {12}),
        (("Lesion 1", "Lesion 2", "spleen"), "lesions", None, {11, 12}),
        (("liver", "lesion", "lesion"), "lesions", None, {12, 13}),
        (("Segment_1", "Segment 2", ""), "lesions", None, {11, 12, 13}),
        (("Neoplasm, Primary", "Metastasis", "spleen"), "lesions", None, {11, 12}),
        (("", ""), "lesions", None, None),
        (("", ""), "muscle", "12", {12}),
        ((), "muscle", None, set()),
    ],
)
def test_the_segment_that_is_meant(names, name, segment, chosen):
    assert choose_segments(Listed(names), name, segment)[0] == chosen


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("GTV", "GTV edema"), 'the lesions of "file" are these segments together: "11 GTV, 12 GTV edema"'),
        (("Segment_1", "Segment_2"), 'the lesions of "file" are these segments together: "11 Segm'),
        (("Lesion 1", "Lesion 2", "liver"), ""),
        (("lesion",), ""),
    ],
)
def test_a_doubtful_union_is_said(names, said):
    warning = choose_segments(Listed(names), "lesions", None)[1]
    assert warning.startswith(said)
    assert bool(warning) == bool(said)


@pytest.mark.parametrize(
    ("names", "name", "segment"),
    [
        (("liver", "heart"), "spleen", None),
        (("liver", "heart"), "lesions", None),
        (("spleen", "Spleen"), "spleen", None),
        (("liver", "heart"), "spleen", "spleen"),
        (("liver",), "spleen", "13"),
        (("", ""), "muscle", None),
        ((), "muscle", "1"),
    ],
)
def test_an_unclear_choice_is_refused_with_the_list(names, name, segment):
    with pytest.raises(InputError) as refused:
        choose_segments(Listed(names), name, segment)
    assert all(f"{number} {listed}".strip() in str(refused.value) for number, listed in enumerate(names, 11))
    assert repr(segment or name) in str(refused.value)


def test_a_long_list_is_cut():
    with pytest.raises(InputError, match=r'30 organ20", and 97 more$'):
        choose_segments(Listed(tuple(f"organ{n}" for n in range(1, 118))), "tumour", None)
