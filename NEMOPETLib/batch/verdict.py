"""What is to be done with a study, from the table, the journal and the files that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from NEMOPETLib.batch.job import MASKS, Job, changed_masks, content_of, stamped_inputs
from NEMOPETLib.batch.journal import Entry, Inputs
from NEMOPETLib.patient import is_a_readers

Kind = Literal["todo", "measured", "done", "changed", "readers", "foreign"]


@dataclass(frozen=True)
class Verdict:
    """What is to be done.

    Parameters
    ----------
    kind
        ``todo``: all of it; ``measured``: only the row is missing; ``done``; ``changed``: done, of what is no longer
        so; ``readers``: somebody has approved or corrected it; ``foreign``: there is a row that no batch wrote.
    changes
        What is no longer so.
    """

    kind: Kind
    changes: tuple[str, ...] = ()


def verdict(job: Job, row: Mapping[str, str] | None, entry: Entry | None, *, redo_changed: bool) -> Verdict:
    """Judge one study.

    Parameters
    ----------
    job
        The study, and how it would be done now.
    row
        Its row of the table, if there is one.
    entry
        What the journal says of it, if anything.
    redo_changed
        Whether what was made of other input, options, engines or software is to be done anew.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    if row is not None and not job.recipe.options.replace_reviewed:
        changed = changed_masks(job.folder, entry)
        if is_a_readers(row) or changed:
            return Verdict("readers", tuple(changed))
    masks_are_there = any(job.folder.glob(MASKS))
    if entry is None:
        return Verdict("foreign" if row is not None and masks_are_there else "todo")
    if entry.state in ("begun", "failed"):
        return Verdict("todo")
    if not all((job.folder / name).is_file() for name in entry.masks):
        return Verdict("todo")
    changes = _changes(job, entry.inputs)
    if entry.state == "measured":
        # Nobody has seen it yet, so it must be of what is there now.
        return Verdict("todo") if changes or changed_masks(job.folder, entry) else Verdict("measured")
    if row is None:  # somebody has taken it out
        return Verdict("todo")
    if changes:
        return Verdict("todo" if redo_changed else "changed", changes)
    return Verdict("done")


def _changes(job: Job, before: Inputs) -> tuple[str, ...]:
    """What is no longer as it was."""
    now = stamped_inputs(job.study, job.recipe)
    changes = []
    if before.stamps != now.stamps and before.content != content_of(job.study, job.recipe):
        changes.append("input")
    changes += [what for what in ("options", "engines", "software") if getattr(before, what) != getattr(now, what)]
    return tuple(changes)
