"""What a verb prints: results on stdout, progress and messages on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.json_values import without_nan
from NEMOPETLib.progress import Progress
from NEMOPETLib.progress_report import ProgressStep, ReportedProgress

T = TypeVar("T")


def progress_bar(items: Sequence[T], title: str) -> Iterable[T]:
    """A progress bar on stderr; nothing where stderr is not a terminal."""
    return tqdm(items, desc=title, file=sys.stderr, disable=None, leave=False)


def add_progress_option(parser: argparse.ArgumentParser) -> None:
    """``--progress``: for a person, or for the program that started this one."""
    parser.add_argument(
        "--progress",
        choices=["bar", "json"],
        default="bar",
        help="on stderr: a bar where it is a terminal, or JSON, an object a line (default: %(default)s)",
    )


def progress_from(arguments: argparse.Namespace) -> Progress:
    """The given way to show progress."""
    report = step_writer(arguments)
    return progress_bar if report is None else ReportedProgress(report)


def step_writer(arguments: argparse.Namespace) -> Callable[[ProgressStep], None] | None:
    """What writes a step for a program; None for a person."""
    return None if arguments.progress == "bar" else _write_step


def _write_step(step: ProgressStep) -> None:
    sys.stderr.write(json.dumps({"progress": asdict(step)}, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def say(message: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"nemopet: {message}\n")


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """``--json``: one JSON document on stdout, or in a file."""
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="write the result as JSON to stdout, or to FILE"
    )


def write_result(result: Mapping[str, Any], arguments: argparse.Namespace, lines: Iterable[str]) -> None:
    """Write a verb's result: as JSON where asked for, else as the given lines of text.

    Raises
    ------
    InputError
        If the JSON file cannot be written.
    """
    if arguments.json is None:
        sys.stdout.write(_printable("".join(f"{line}\n" for line in lines)))
        return
    document = _printable(json.dumps(without_nan(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    if arguments.json == "-":
        sys.stdout.write(document)
        return
    try:
        Path(arguments.json).write_text(document, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--json {arguments.json} cannot be written ({why_refused(error)})") from error


def _printable(text: str) -> str:
    """Text without half a surrogate pair, which a file's name may hold; so it stands in JSON too."""
    return text.encode("utf-8", "backslashreplace").decode()
