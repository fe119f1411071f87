"""Figures as SVG and PNG files, and as SVG inside an HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

import NEMOPETLib
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.whole_file import write_whole

PNG_DPI = 200
_QUICK = {"compress_level": 3}  # half the time of the usual level for a tenth more bytes
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_LONG_DECIMALS = re.compile(r"(\.\d\d)\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def save_figure(illustration: Illustration, folder: Path, name: str) -> bytes:
    """Write ``name.svg`` and ``name.png`` into a folder, each whole or not at all, and return the SVG."""
    figure, software = illustration.figure, f"NEMO-PET {NEMOPETLib.__version__}"
    svg, png = BytesIO(), BytesIO()
    # The canvas's own printers draw once; savefig would draw everything twice.
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "NEMO-PET"}):
        about = {"Title": illustration.title, "Creator": software, "Date": None}
        FigureCanvasSVG(figure).print_svg(svg, metadata=about)  # type: ignore[no-untyped-call]
    figure.set_layout_engine("none")  # it is laid out by now, and the PNG is to look the same
    figure.set_dpi(PNG_DPI)
    said = {"Title": illustration.title, "Software": software}
    FigureCanvasAgg(figure).print_png(png, metadata=said, pil_kwargs=_QUICK)  # type: ignore[no-untyped-call]
    write_whole(folder / f"{name}.svg", svg.getvalue())
    write_whole(folder / f"{name}.png", png.getvalue())
    return svg.getvalue()


def inline_svg(svg: bytes, illustration: Illustration, prefix: str) -> str:
    """The SVG to stand in an HTML page: without its title's band, named for screen readers, identifiers unique.

    Parameters
    ----------
    svg
        Of matplotlib.
    illustration
        What it shows.
    prefix
        Put before each identifier; another one for each figure of a page.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(svg)
    used = set(_references(root))
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style", f"{{{_SVG}}}title"):
                parent.remove(child)
        _prefix(parent, prefix, used)
    _cut_title(root, illustration.title_inches * 72)
    root.set("role", "img")
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")
    root.set("aria-label", f"{illustration.title}. {illustration.alternative}")
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def figure_html(illustration: Illustration, folder: Path, name: str, number: str, prefix: str) -> str:
    """Save a figure, and give it with its caption as HTML; other parameters as of `inline_svg`."""
    svg = inline_svg(save_figure(illustration, folder, name), illustration, prefix)
    width = illustration.figure.get_figwidth()
    kind = "wide" if illustration.wide else "narrow"
    caption = f"<strong>{escape(number)}</strong> {escape(illustration.title)}"
    return (
        f'<figure class="{kind}" style="--width: {width:.2f}in">'
        f'<figcaption>{caption}</figcaption><div class="drawing">{svg}</div></figure>'
    )


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        if element.attrib.get(_HREF, "").startswith("#"):
            yield element.attrib[_HREF].removeprefix("#")
        for value in element.attrib.values():
            yield from _REFERENCE.findall(value)


def _prefix(element: ET.Element, prefix: str, used: set[str]) -> None:
    for name, value in list(element.attrib.items()):
        if name == "id":
            if value in used:
                element.set("id", f"{prefix}{value}")
            else:
                del element.attrib["id"]
        elif name == _HREF and value.startswith("#"):
            element.set(name, f"#{prefix}{value.removeprefix('#')}")
        elif "url(#" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", value))
        elif name == "d":
            element.set(name, _LONG_DECIMALS.sub(r"\1", value))


def _cut_title(root: ET.Element, points: float) -> None:
    left, top, width, height = (float(number) for number in root.attrib["viewBox"].split())
    root.set("viewBox", f"{left:g} {top + points:.2f} {width:.2f} {height - points:.2f}")
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
