"""A layout of the window that is shown piece by piece: many new views at once would stop the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any


def growing_layout(layout_node: Any, layout_id: int, descriptions: Sequence[str]) -> list[Callable[[], None]]:
    """Show one description at each step, the whole one last; where that is shown already nothing happens."""

    def show(description: str) -> None:
        shown = layout_node.GetViewArrangement(), layout_node.GetCurrentLayoutDescription()
        if shown != (layout_id, descriptions[-1]):
            show_layout(layout_node, layout_id, description)

    return [partial(show, description) for description in descriptions]


def show_layout(layout_node: Any, layout_id: int, description: str) -> None:
    """Switch to a layout under its number, which may have had another description."""
    was_modifying = layout_node.StartModify()  # the application lays out all views at each word of it
    if not layout_node.AddLayoutDescription(layout_id, description):
        layout_node.SetLayoutDescription(layout_id, description)
    layout_node.SetViewArrangement(layout_id)
    layout_node.EndModify(was_modifying)
