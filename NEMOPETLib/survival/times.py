"""Survival times as every method here takes them: two arrays, checked once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from NEMOPETLib.errors import InputError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.intp]


def named_rows(rows: Iterable[int], most: int = 5) -> str:
    """Rows counted from 1 as a reader counts them, e.g. ``rows 3, 17, and 4 more``."""
    numbers = [int(row) + 1 for row in rows]
    shown = ", ".join(str(number) for number in numbers[:most])
    more = f", and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"row{'s' if len(numbers) > 1 else ''} {shown}{more}"


def checked_times(time: ArrayLike, event: ArrayLike, *, need_event: bool = True) -> tuple[Floats, Bools]:
    """Times and event indicators as arrays of one length.

    Parameters
    ----------
    time
        (n,) follow-up times > 0, any unit.
    event
        (n,) 1 or True where the event was seen, 0 or False where the time is censored.
    need_event
        Refuse data without any event.

    Raises
    ------
    InputError
        Empty data, other lengths, a time that is missing, infinite or not above 0, an event that is neither
        0 nor 1, no event at all. Rows are counted from 1.
    """
    times = np.asarray(time, dtype=np.float64).reshape(-1)
    given = np.asarray(event).reshape(-1)
    events = given if given.dtype == np.bool_ else given.astype(np.float64)
    if times.shape != events.shape:
        raise InputError(f"{times.size} survival times but {events.size} event indicators: one each is needed")
    if times.size == 0:
        raise InputError("no rows with a survival time: nothing to analyse")
    usable = (times > 0) & (times < np.inf)
    if not usable.all():
        where = named_rows(np.flatnonzero(~usable))
        raise InputError(f"survival time missing, infinite or not above 0 in {where}: correct or leave out")
    usable = (events == 0) | (events == 1)
    if not usable.all():
        where = named_rows(np.flatnonzero(~usable))
        raise InputError(f"event is neither 0 nor 1 in {where}: write 1 for an event, 0 for a censored time")
    if need_event and not events.any():
        raise InputError("no events: every time is censored, so nothing can be estimated")
    return times, events == 1


def checked_scores(score: ArrayLike, n: int) -> Floats:
    """Scores as one array of ``n`` finite numbers; raises InputError naming the rows that are not."""
    scores = np.asarray(score, dtype=np.float64).reshape(-1)
    if scores.size != n:
        raise InputError(f"{scores.size} scores for {n} survival times: one each is needed")
    if not np.isfinite(scores).all():
        where = named_rows(np.flatnonzero(~np.isfinite(scores)))
        raise InputError(f"score missing or infinite in {where}: leave these rows out first")
    return scores
