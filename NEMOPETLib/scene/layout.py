"""The layout for reading PET/CT: fused, CT and PET slices, and a MIP that turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from NEMOPETLib.scene.growing_layout import growing_layout, show_layout

LAYOUT_ID = 7425
"""Of Slicer's layouts; above its own, which end below 1000."""

Layers = Literal["fused", "ct", "pet"]
Orientation = Literal["Axial", "Coronal", "Sagittal"]


@dataclass(frozen=True)
class SliceView:
    """A slice view of the layout.

    Parameters
    ----------
    name
        Its singleton tag and layout name.
    label
        The short text in its corner.
    orientation
        As Slicer names it.
    layers
        What it shows.
    colour
        Of its bar.
    """

    name: str
    label: str
    orientation: Orientation
    layers: Layers
    colour: str


_RED, _YELLOW, _GREEN = "#F34A33", "#EDD54C", "#6EB04B"

SLICE_VIEWS = (
    SliceView("NEMOPETFusedAxial", "A", "Axial", "fused", _RED),
    SliceView("NEMOPETFusedCoronal", "C", "Coronal", "fused", _GREEN),
    SliceView("NEMOPETFusedSagittal", "S", "Sagittal", "fused", _YELLOW),
    SliceView("NEMOPETCtAxial", "CT", "Axial", "ct", _RED),
    SliceView("NEMOPETPetAxial", "PT", "Axial", "pet", _RED),
)
MIP_VIEW = "NEMOPETMip"
MIP_LABEL = "MIP"


def reading_layout(views: int = len(SLICE_VIEWS) + 1) -> str:
    """The layout's description (XML): fused, CT and PET axial; fused coronal and sagittal; MIP over all height.

    Two columns of slices and the MIP fit beside a module panel on a screen of 1280 pixels.

    Parameters
    ----------
    views
        How many there are, from the first column on: a layout that is not complete yet.
    """
    axial = [_slice_item(view) for view in SLICE_VIEWS if view.orientation == "Axial"]
    others = [_slice_item(view) for view in SLICE_VIEWS if view.orientation != "Axial"]
    columns, rest = [], views
    for width, items in ((320, axial), (320, others), (260, [_mip_item()])):
        if rest > 0:
            columns.append(_column(width, *items[:rest]))
            rest -= len(items)
    return f'<layout type="horizontal" split="true">{"".join(columns)}</layout>'


def show_reading_layout(layout_node: Any) -> None:
    """Switch to the layout."""
    show_layout(layout_node, LAYOUT_ID, reading_layout())


def layout_steps(layout_node: Any) -> list[Callable[[], None]]:
    """``show_reading_layout`` with one view more at each step, for a window that is to answer in between."""
    parts = [reading_layout(views) for views in range(1, len(SLICE_VIEWS) + 2)]
    return growing_layout(layout_node, LAYOUT_ID, parts)


def _column(width: int, *items: str) -> str:
    return f'<item splitSize="{width}"><layout type="vertical" split="true">{"".join(items)}</layout></item>'


def _slice_item(view: SliceView) -> str:
    return _item(
        "vtkMRMLSliceNode", view.name, orientation=view.orientation, viewlabel=view.label, viewcolor=view.colour
    )


def _mip_item() -> str:
    return _item("vtkMRMLViewNode", MIP_VIEW, viewlabel=MIP_LABEL, viewcolor="#7F7F7F")


def _item(node_class: str, name: str, **properties: str) -> str:
    inner = "".join(f'<property name="{key}" action="default">{text}</property>' for key, text in properties.items())
    return f"<item><view class={quoteattr(node_class)} singletontag={quoteattr(name)}>{inner}</view></item>"
