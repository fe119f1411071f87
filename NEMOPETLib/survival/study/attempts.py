"""Doing the parts of a long analysis so that one that fails is named and the others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.study.study_result import Failure

T = TypeVar("T")


class Attempts:
    """Runs computations and collects what could not be computed.

    Attributes
    ----------
    failures
        In the order in which they happened.
    """

    def __init__(self) -> None:
        self.failures: list[Failure] = []

    def __call__(self, model: str, what: str, compute: Callable[[], T]) -> T | None:
        """The result of ``compute``, or None and a failure where the input does not allow it."""
        try:
            return compute()
        except InputError as error:
            reason = str(error)
        except np.linalg.LinAlgError:
            reason = "the covariates are so nearly collinear that no computation is reliable: leave one out"
        self.fail(model, what, reason)
        return None

    def fail(self, model: str, what: str, reason: str) -> None:
        """Note what could not be done."""
        self.failures.append(Failure(model, what, reason))
