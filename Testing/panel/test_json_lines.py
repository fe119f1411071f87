"""Bytes in pieces become whole lines and answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "NEMOPET"))
import itertools

from NEMOPETPanel.json_lines import Failure, Lines, parsed, request_line

TEXTS = st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1), max_size=6)


@given(texts=TEXTS, cuts=st.lists(st.integers(0, 200), max_size=8))
def test_lines_are_whole_wherever_the_stream_was_cut(texts: list[str], cuts: list[int]) -> None:
    stream = "".join(f"{text}\n" for text in texts).encode()
    places = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    lines = Lines()
    found = [line for a, b in itertools.pairwise(places) for line in lines.added(stream[a:b])]
    assert found == texts
    assert list(lines.rest()) == []


def test_a_carriage_return_ends_a_line_and_the_last_line_needs_no_end() -> None:
    lines = Lines()
    assert list(lines.added(b"10 %\r20 %\r\n30")) == ["10 %", "20 %"]
    assert list(lines.rest()) == ["30"]


def test_what_is_no_object_is_no_answer() -> None:
    assert parsed("a library says hello") is None
    assert parsed("[1, 2]") is None
    assert parsed('{"id": 1, "result": {}}') == {"id": 1, "result": {}}


def test_a_request_is_one_line_in_utf_8() -> None:
    line = request_line(7, "open", {"study": "/données/étude\nx"})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"id": 7, "do": "open", "arguments": {"study": "/données/étude\nx"}}


def test_a_failure_is_its_line_and_knows_its_kind() -> None:
    failure = Failure("c.csv: no", "approved_by_another")
    assert failure == "c.csv: no"
    assert (failure.kind, Failure("no").kind) == ("approved_by_another", "")
