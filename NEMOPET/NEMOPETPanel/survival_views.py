"""Curves and tables of the survival study in Slicer's plot and table views."""

from __future__ import annotations

from collections.abc import Sequence

import slicer
import vtk
from slicer.i18n import tr as _

from NEMOPETPanel.numbers_tab import group_word
from NEMOPETPanel.own_language import in_own_language

LAYOUT_ID = 7426  # after the reading layout's
_CURVES, _CUTS, _TABLE = "NEMOPETSurvival", "NEMOPETCuts", "NEMOPETTable"
_ROLE = "NEMO-PET.Survival"
_COLOURS = {"low": (0.0, 0.45, 0.70), "intermediate": (0.90, 0.62, 0.0), "high": (0.84, 0.37, 0.0)}


def show_curves(curves: dict, of_set: str, title: str) -> None:
    """Kaplan–Meier curves of one set of patients, and the statistic at every cut where there was a search."""
    _remove("curves")
    series = [
        _series(f"{group_word(group['name'])} (n = {group['n']})", _steps(group), _COLOURS.get(group["name"]), "curves")
        for group in curves["sets"].get(of_set, [])
        if group["n"]
    ]
    units = {"days": _("days"), "months": _("months"), "years": _("years")}
    axis = _("Time ({unit})").format(unit=units.get(curves["unit"], curves["unit"]))
    chart = _chart(f"{title}, {of_set}", series, axis, _("Survival"), "curves")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 1.0)
    profile = curves.get("profile")
    cuts = None
    if profile:
        points = list(zip(profile["cuts"], profile["statistic"], strict=False))
        statistic = in_own_language(profile["name"])
        line = _series(statistic, points, _COLOURS["low"], "curves")
        cuts = _chart(_("{title}: search for the cut").format(title=title), [line], _("Score"), statistic, "curves")
    _show_layout()
    _plot_view(_CURVES).SetPlotChartNodeID(chart.GetID())
    _plot_view(_CUTS).SetPlotChartNodeID(cuts.GetID() if cuts is not None else None)


def show_table(header: Sequence, rows: Sequence, title: str) -> None:
    """A small table in the table view."""
    _remove("table")
    node = _add("vtkMRMLTableNode", title, "table")
    for column, name in enumerate(header):
        array = vtk.vtkStringArray()
        array.SetName(name)
        for row in rows:
            value = row[column]
            array.InsertNextValue(value if isinstance(value, str) else f"{value:.4g}")
        node.AddColumn(array)
    _show_layout()
    view = slicer.mrmlScene.GetSingletonNode(_TABLE, "vtkMRMLTableViewNode")
    view.SetTableNodeID(node.GetID())


def _show_layout() -> None:
    layout = slicer.app.layoutManager().layoutLogic().GetLayoutNode()
    if not layout.IsLayoutDescription(LAYOUT_ID):
        layout.AddLayoutDescription(LAYOUT_ID, _layout_xml())
    layout.SetViewArrangement(LAYOUT_ID)


def _layout_xml() -> str:
    def view(kind: str, tag: str, label: str, size: int = 500) -> str:
        return (
            f'<item splitSize="{size}"><view class="{kind}" singletontag="{tag}">'
            f'<property name="viewlabel" action="default">{label}</property></view></item>'
        )

    plots = view("vtkMRMLPlotViewNode", _CURVES, "S") + view("vtkMRMLPlotViewNode", _CUTS, "P")
    table = view("vtkMRMLTableViewNode", _TABLE, "T", 250)
    return (
        '<layout type="vertical" split="true">'
        f'<item splitSize="750"><layout type="horizontal" split="true">{plots}</layout></item>{table}</layout>'
    )


def _plot_view(tag: str):
    return slicer.mrmlScene.GetSingletonNode(tag, "vtkMRMLPlotViewNode")


def _steps(group: dict) -> list:
    """The corners of a survival curve."""
    points, before = [(0.0, 1.0)], 1.0
    for time, survival in zip(group["time"], group["survival"], strict=False):
        points += [(time, before), (time, survival)]
        before = survival
    return points


def _series(name: str, points: Sequence, colour, role: str):
    table = _add("vtkMRMLTableNode", f"{name} data", role)
    for title, column in (("x", 0), ("y", 1)):
        array = vtk.vtkDoubleArray()
        array.SetName(title)
        for point in points:
            array.InsertNextValue(point[column])
        table.AddColumn(array)
    series = _add("vtkMRMLPlotSeriesNode", name, role)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName("x")
    series.SetYColumnName("y")
    series.SetPlotType(series.PlotTypeScatter)
    series.SetMarkerStyle(series.MarkerStyleNone)
    series.SetLineWidth(2)
    if colour:
        series.SetColor(*colour)
    return series


def _chart(title: str, series: Sequence, x_title: str, y_title: str, role: str):
    chart = _add("vtkMRMLPlotChartNode", title, role)
    chart.SetTitle(title)
    chart.SetXAxisTitle(x_title)
    chart.SetYAxisTitle(y_title)
    for one in series:
        chart.AddAndObservePlotSeriesNodeID(one.GetID())
    return chart


def _add(kind: str, name: str, role: str):
    node = slicer.mrmlScene.AddNewNodeByClass(kind, name)
    node.SetAttribute(_ROLE, role)
    return node


def _remove(role: str) -> None:
    nodes = slicer.mrmlScene.GetNodes()
    for node in [nodes.GetItemAsObject(n) for n in range(nodes.GetNumberOfItems())]:
        if node.GetAttribute(_ROLE) == role:
            slicer.mrmlScene.RemoveNode(node)
