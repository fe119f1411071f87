"""Views of the application made before a layout asks for them, so that each comes in a turn of its own."""

from __future__ import annotations

import qt
import slicer


def make_view(kind: str, name: str, label: str, colour: str = ""):
    """Let the application make the widget of a view; None where it is there already.

    Parameters
    ----------
    kind
        Class of the view's node.
    name
        Its singleton tag, layout name and name.
    label
        The short text in its corner.
    colour
        Of its bar, ``#RRGGBB``; Slicer's own without one.
    """
    if slicer.mrmlScene.GetSingletonNode(name, kind) is not None:
        return None
    node = slicer.mrmlScene.CreateNodeByClass(kind)
    node.UnRegister(None)
    node.SetSingletonTag(name)
    node.SetLayoutName(name)
    node.SetName(name)
    node.SetLayoutLabel(label)
    if colour:
        ink = qt.QColor(colour)
        node.SetLayoutColor(ink.redF(), ink.greenF(), ink.blueF())
    return slicer.mrmlScene.AddNode(node)
