"""Curves and tables of the survival study in Slicer's plot and table views."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import slicer
import vtk
from slicer.i18n import tr as _

from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.view_nodes import make_view
from NEMOPETPanel.words import group_word, unit_word

LAYOUT_ID = 7426  # after the reading layout's
_CURVES, _CUTS, _TABLE = "NEMOPETSurvival", "NEMOPETCuts", "NEMOPETTable"
_VIEWS = {
    _CURVES: ("vtkMRMLPlotViewNode", "S"),
    _CUTS: ("vtkMRMLPlotViewNode", "P"),
    _TABLE: ("vtkMRMLTableViewNode", "T"),
}
_ROLE = "NEMO-PET.Survival"
_COLOURS = {"low": (0.0, 0.45, 0.70), "intermediate": (0.90, 0.62, 0.0), "high": (0.84, 0.37, 0.0)}


class SurvivalViews:
    """Shows results, each node and view in a turn of its own: all at once would stop the window."""

    def __init__(self) -> None:
        self._wanted: dict = {}  # the steps under way: of the curves, of the table

    def stop(self) -> None:
        """Show nothing more, for the scene closes."""
        self._wanted.clear()

    def show_curves(self, curves: dict, of_set: str, title: str) -> None:
        """Kaplan–Meier curves of one set of patients, and the statistic at every cut where there was a search."""
        axis = _("Time ({unit})").format(unit=unit_word(curves["unit"]))
        groups = [group for group in curves["sets"].get(of_set, []) if group["n"]]
        profile = curves.get("profile")
        series: list = []
        charts: dict = {}

        def draw(group: dict) -> None:
            name = f"{group_word(group['name'])} (n = {group['n']})"
            series.append(_series(name, _steps(group), _COLOURS.get(group["name"]), _CURVES))

        def chart() -> None:
            charts[_CURVES] = made = _chart(f"{title}, {of_set}", series, axis, _("Survival"), _CURVES)
            made.SetYAxisRangeAuto(False)
            made.SetYAxisRange(0.0, 1.0)

        def chart_profile() -> None:
            statistic = in_own_language(profile["name"])
            points = list(zip(profile["cuts"], profile["statistic"], strict=False))
            line = _series(statistic, points, _COLOURS["low"], _CURVES)
            heading = _("{title}: search for the cut").format(title=title)
            charts[_CUTS] = made = _chart(heading, [line], _("Score"), statistic, _CURVES)
            made.SetLegendVisibility(False)  # its one line is the axis's

        def show(view: str) -> None:
            node = slicer.mrmlScene.GetSingletonNode(view, "vtkMRMLPlotViewNode")
            node.SetPlotChartNodeID(charts[view].GetID() if view in charts else None)

        self._do(
            _CURVES,
            [
                partial(_remove, _CURVES),
                *(partial(draw, group) for group in groups),
                chart,
                *([chart_profile] if profile else []),
                *_layout_steps(),
                partial(show, _CURVES),
                _move_legend,
                partial(show, _CUTS),
            ],
        )

    def show_table(self, header: Sequence, rows: Sequence, title: str) -> None:
        """A small table of texts in the table view."""

        def show() -> None:
            node = _add("vtkMRMLTableNode", title, _TABLE)
            for column, name in enumerate(header):
                array = vtk.vtkStringArray()
                array.SetName(name)
                for row in rows:
                    array.InsertNextValue(row[column])
                node.AddColumn(array)
            node.SetUseColumnTitleAsColumnHeader(True)
            node.SetLocked(True)
            view = slicer.mrmlScene.GetSingletonNode(_TABLE, "vtkMRMLTableViewNode")
            view.SetTableNodeID(node.GetID())

        self._do(_TABLE, [partial(_remove, _TABLE), *_layout_steps(), show])

    def _do(self, what: str, steps: list) -> None:
        self._wanted[what] = steps
        in_turns(steps, wanted=lambda: self._wanted.get(what) is steps)


def _layout_steps() -> list:
    """Switch to the layout once its views are there, with one view more at each step."""
    from NEMOPETLib.scene.growing_layout import growing_layout

    layout = slicer.app.layoutManager().layoutLogic().GetLayoutNode()
    return [
        *(partial(make_view, kind, name, label) for name, (kind, label) in _VIEWS.items()),
        *growing_layout(layout, LAYOUT_ID, [_layout_xml(views) for views in range(1, len(_VIEWS) + 1)]),
    ]


def _layout_xml(views: int) -> str:
    """The plots above the table, as far as its first views go."""

    def view(name: str, size: int) -> str:
        kind, label = _VIEWS[name]
        return (
            f'<item splitSize="{size}"><view class="{kind}" singletontag="{name}">'
            f'<property name="viewlabel" action="default">{label}</property></view></item>'
        )

    plots = "".join([view(_CURVES, 500), view(_CUTS, 500)][:views])
    return (
        '<layout type="vertical" split="true">'
        f'<item splitSize="750"><layout type="horizontal" split="true">{plots}</layout></item>'
        f"{view(_TABLE, 250) if views > 2 else ''}</layout>"
    )


def _move_legend() -> None:
    """To where survival curves are not: a node of a chart does not know its place."""
    manager = slicer.app.layoutManager()
    plots = [manager.plotWidget(number) for number in range(manager.plotViewCount)]
    view = next(plot.plotView() for plot in plots if plot.mrmlPlotViewNode().GetLayoutName() == _CURVES)
    legend = view.chart().GetLegend()
    legend.SetHorizontalAlignment(legend.LEFT)
    legend.SetVerticalAlignment(legend.BOTTOM)


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
