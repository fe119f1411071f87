"""The layout for reading PET/CT: fused, CT and PET slices, and a MIP that turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

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


def reading_layout() -> str:
    """The layout's description (XML): fused, CT and PET axial; fused coronal and sagittal; MIP over all height.

    Two columns of slices and the MIP fit beside a module panel on a screen of 1280 pixels.
    """
    axial = [_slice_item(view) for view in SLICE_VIEWS if view.orientation == "Axial"]
    others = [_slice_item(view) for view in SLICE_VIEWS if view.orientation != "Axial"]
    columns = (_column(320, *axial), _column(320, *others), _column(260, _mip_item()))
    return f'<layout type="horizontal" split="true">{"".join(columns)}</layout>'


def add_reading_layout(layout_node: Any) -> int:
    """Make the layout known to a scene's layout node; gives the number to set as its view arrangement."""
    if not layout_node.IsLayoutDescription(LAYOUT_ID):
        layout_node.AddLayoutDescription(LAYOUT_ID, reading_layout())
    return LAYOUT_ID


def show_reading_layout(layout_node: Any) -> None:
    """Switch to the layout: told once, for the application lays out all views at each word of it."""
    was_modifying = layout_node.StartModify()
    layout_node.SetViewArrangement(add_reading_layout(layout_node))
    layout_node.EndModify(was_modifying)


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
