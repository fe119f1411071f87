"""Arguments of a request against the types of the function that takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.session.arguments import bind


def verb(
    _desk: object,
    *,
    path: Path,
    number: float = 1.0,
    count: int = 1,
    flag: bool = False,
    choice: Literal["a", "b"] = "a",
    names: list[str] | None = None,
    files: dict[str, Path | None] | None = None,
    either: str | dict[str, Path] | None = None,
    anything: dict[str, Any] | None = None,
) -> None:
    """Takes one of each."""


def test_values_are_converted(tmp_path: Path) -> None:
    given_ = {
        "path": str(tmp_path),
        "number": 3,
        "flag": True,
        "names": ["x"],
        "files": {"a": str(tmp_path), "b": None},
        "either": {"a": str(tmp_path)},
        "anything": {"hr": 1, "text": "x", "none": None},
        "choice": None,
    }
    bound = bind("verb", verb, given_)
    assert bound == {
        "path": tmp_path,
        "number": 3.0,
        "flag": True,
        "names": ["x"],
        "files": {"a": tmp_path, "b": None},
        "either": {"a": tmp_path},
        "anything": given_["anything"],
    }
    assert isinstance(bound["number"], float)
    assert bind("verb", verb, {"path": str(tmp_path), "either": "text"})["either"] == "text"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("path", "relative/path", "must be an absolute path"),
        ("path", "", "must be the path"),
        ("path", "/a\0b", "must be the path"),
        ("path", None, "is missing"),
        ("number", "3", "must be a number"),
        ("number", True, "must be a number"),
        ("number", float("nan"), "must be a number"),
        ("count", 1.5, "must be a whole number"),
        ("count", False, "must be a whole number"),
        ("flag", 1, "must be true or false"),
        ("choice", "c", "must be one of a, b"),
        ("choice", ["a"], "must be one of a, b"),
        ("names", "x", "must be a list"),
        ("names", [1], "item 1 must be text"),
        ("files", [], "must be an object"),
        ("files", {"a": 3}, "files, a must be the path"),
        ("either", 3, "must be text"),
        ("either", {"a": "b"}, "either, a must be an absolute path"),
        ("more", 1, "unknown argument more"),
        ("_desk", 1, "unknown argument _desk"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, name: str, value: Any, error: str) -> None:
    with pytest.raises(InputError, match=error):
        bind("verb", verb, {"path": str(tmp_path), name: value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("a/é\n", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a/é\n", max_size=3), inner, max_size=3),
    max_leaves=6,
)


NAMES = ["path", "number", "count", "flag", "choice", "names", "files", "either"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_is_sent_is_taken_or_refused_in_one_line(given_: dict[str, Any]) -> None:
    said = "verb: taken"
    try:
        bind("verb", verb, given_)
    except InputError as error:
        said = str(error)
    assert said.startswith("verb: ")
    assert "\n" not in said
