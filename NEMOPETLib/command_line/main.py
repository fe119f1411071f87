"""``nemopet VERB …``: exit 0 all done, 1 some failed, 2 unusable arguments or input."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from NEMOPETLib import __version__
from NEMOPETLib.errors import NOT_ENOUGH_MEMORY, InputError, refused
from NEMOPETLib.interrupts import told_again

# Each verb is the module VERB_verb beside this one, which is imported only when it is asked for.
_VERBS = {
    "demo": "the main job on a built-in phantom study and a simulated cohort",
    "studies": "list each PET/CT pair that would be used, and each series left out",
    "suv": "say how SUV is derived from a PET series",
    "measure": "measure masks on a PET, a CT or both",
    "run": "one patient: masks, numbers, page and row",
    "batch": "every patient below a folder, resumable",
    "export": "masks and measurements of a row as DICOM SEG, SR and RTSTRUCT",
    "pacs": "fetch PET/CT studies from a PACS, or store results in it",
    "clinical": "merge a clinical table into the cohort table by patient_id",
    "survival": "models, risk groups, tables, figures and report from a cohort table",
    "score": "apply a frozen model to new rows, and evaluate it",
    "doctor": "what of Slicer, GPU, TotalSegmentator, weights, licence and LION is ready, and how to mend it",
}
UNUSABLE = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Reports unusable arguments in the one line that all errors have."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing usage and leaving the process."""
        raise InputError(
            f"{message} (see nemopet {self.prog.removeprefix('nemopet').strip()} --help)".replace("  ", " ")
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit status; nothing but a defect of ours raises."""
    _stop_when_told()
    try:
        with told_again(signal.SIGTERM):
            return _execute(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except InputError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(refused(error))
    except MemoryError:
        return _refuse(NOT_ENOUGH_MEMORY)
    except KeyboardInterrupt:
        sys.stderr.write("nemopet: stopped\n")
        return INTERRUPTED


def _execute(given: Sequence[str]) -> int:
    verb = next((each for each in given if each in _VERBS), "")
    module = import_module(f"NEMOPETLib.command_line.{verb}_verb") if verb else None
    parsed = _parser(verb, module).parse_args(given)
    assert module is not None  # the parser refuses what names no verb
    return int(module.execute(parsed))


def _stop_when_told() -> None:
    """Take a request to end (SIGTERM) like Ctrl-C, so that all is left in order."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def _refuse(message: str) -> int:
    sys.stderr.write(f"nemopet: error: {' '.join(message.split())}\n")
    return UNUSABLE


def _parser(verb: str, module: ModuleType | None) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nemopet", description="Whole-body FDG PET/CT of metastatic cancer, from DICOM to prognosis. For research."
    )
    parser.add_argument("--version", action="version", version=f"nemopet {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for name, help_line in _VERBS.items():
        one = verbs.add_parser(name, help=help_line, description=help_line)
        if module is not None and name == verb:
            module.add_arguments(one)
    return parser
