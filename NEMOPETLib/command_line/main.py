"""``nemopet VERB …``: exit 0 all done, 1 some failed, 2 unusable arguments or input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from NEMOPETLib import __version__
from NEMOPETLib.command_line import demo_verb, measure_verb, run_verb, score_verb, studies_verb, survival_verb, suv_verb
from NEMOPETLib.errors import InputError

_VERBS = (demo_verb, studies_verb, suv_verb, measure_verb, run_verb, survival_verb, score_verb)
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
    try:
        parsed = _parser().parse_args(arguments)
        return int(parsed.execute(parsed))
    except InputError as error:
        return _refuse(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror or 'cannot be read or written'}")
    except MemoryError:
        return _refuse("not enough memory: close other programs or use a smaller image")
    except KeyboardInterrupt:
        sys.stderr.write("nemopet: stopped\n")
        return INTERRUPTED


def _refuse(message: str) -> int:
    sys.stderr.write(f"nemopet: error: {' '.join(message.split())}\n")
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nemopet", description="Whole-body FDG PET/CT of metastatic cancer, from DICOM to prognosis. For research."
    )
    parser.add_argument("--version", action="version", version=f"nemopet {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for verb in _VERBS:
        verb.add_parser(verbs)
    return parser
