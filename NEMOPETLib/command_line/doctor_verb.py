"""``nemopet doctor``: what of the engines is ready, how to mend what is not; and the installation of LION."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from NEMOPETLib.command_line.output import add_json_option, progress_bar, say, write_result
from NEMOPETLib.engines import lion_weights
from NEMOPETLib.engines.bundle import write_bundle
from NEMOPETLib.engines.lion_environment import create_environment
from NEMOPETLib.engines.readiness import Check, check_readiness, is_ready
from NEMOPETLib.errors import InputError

_LION, _LION_WEIGHTS = "lion", "lion-weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    group = parser.add_argument_group("install, which is never done unasked")
    group.add_argument(
        "--install",
        choices=[_LION, _LION_WEIGHTS],
        help="lion: LION's own Python environment (1 to 3 GB); lion-weights: its trained network",
    )
    group.add_argument("--from", dest="source", metavar="FILE", help="the weights' ZIP file, carried here")
    group.add_argument("--python", type=Path, metavar="PYTHON", help="make LION's environment from this Python")
    group.add_argument(
        "--torch-index", metavar="URL", help="where torch comes from: a package index, or pypi for pip's own"
    )
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE", help="also put all that a bug report needs into this ZIP file"
    )
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Install what is asked for, then check, and pack a bundle if asked; 1 if something needed is not ready.

    Raises
    ------
    InputError
        If something cannot be installed, or the bundle cannot be written.
    """
    if arguments.source and arguments.install != _LION_WEIGHTS:
        raise InputError(f"--from is for --install {_LION_WEIGHTS}")
    if arguments.install == _LION:
        create_environment(_show_line, python=arguments.python, torch_index=arguments.torch_index)
    elif arguments.install == _LION_WEIGHTS:
        say(f"LION's weights lie in {lion_weights.install_weights(arguments.source or lion_weights.URL, progress_bar)}")
    checks = check_readiness()
    ready = is_ready(checks)
    write_result({"ready": ready, "checks": [asdict(check) for check in checks]}, arguments, _lines(checks))
    if arguments.bundle:
        write_bundle(arguments.bundle, checks)
        say(f"{arguments.bundle} holds what a bug report needs, and nothing of a patient")
    return 0 if ready else 1


def _show_line(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _lines(checks: tuple[Check, ...]) -> Iterator[str]:
    for check in checks:
        state = "ready  " if check.ready else "MISSING" if check.needed else "without"
        yield f"{state}  {check.name}: {check.found}"
        if check.mend and not check.ready:
            yield f"         mend it: {check.mend}"
    yield "all that is needed is ready" if is_ready(checks) else "something needed is missing"
