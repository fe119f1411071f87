from __future__ import annotations

import re

import pytest

from Testing.report.browser import FOUND, chromium

pytestmark = pytest.mark.skipif(FOUND is None, reason="no Chromium is installed")

A4_PX = 718  # 190 mm between the margins, at 96 pixels an inch

# What is wider than its box, other than the boxes that scroll by themselves.
CUT_OFF = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.scroll, .wide .drawing, .skip') && !(e instanceof SVGElement))
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
  .map(e => e.outerHTML.slice(0, 120))
"""
TOO_WIDE = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.scroll table, .wide .drawing svg, .skip'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))
"""
# Neighbours in the flow of the page that lie on each other.
OVERLAPPING = """
(() => {
  const boxes = [...document.querySelectorAll('h1,h2,h3,p,li,.scroll,figure,dt,dd')]
    .filter(e => !e.closest('.scroll') || e.matches('.scroll')).map(e => [e, e.getBoundingClientRect()]);
  const found = [];
  for (let i = 0; i + 1 < boxes.length; i++) for (let j = i + 1; j < Math.min(i + 6, boxes.length); j++) {
    const [a, r] = boxes[i], [b, s] = boxes[j];
    if (a.contains(b) || b.contains(a)) continue;
    const x = Math.min(r.right, s.right) - Math.max(r.left, s.left);
    const y = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
    if (x > 1 && y > 1) found.push([a.outerHTML.slice(0, 80), b.outerHTML.slice(0, 80)]);
  }
  return found;
})()
"""
# What a figure's own edge cuts off.
CLIPPED = """
[...document.querySelectorAll('figure svg')].flatMap(svg => {
  const r = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('path, use')].filter(e => !e.closest('[clip-path], defs')).filter(e => {
    const s = e.getBoundingClientRect();
    return s.left < r.left - 1 || s.right > r.right + 1 || s.bottom > r.bottom + 1;
  }).map(() => svg.getAttribute('aria-label').slice(0, 60));
})
"""
WITHOUT_ALTERNATIVE = """
[...document.querySelectorAll('svg, img')].filter(e => !(e.getAttribute('aria-label') || e.alt)).length
"""
SMALL_TARGETS = "[...document.querySelectorAll('nav a')].filter(e => e.getBoundingClientRect().height < 16).length"


@pytest.fixture(scope="module")
def browser():
    with chromium() as page:
        yield page


@pytest.mark.parametrize("width", [1280, 390])
def test_report_on_a_screen(browser, study_report, width):
    browser.errors.clear()
    browser.open(study_report.html, width)
    assert browser.errors == []
    assert browser.requests == [study_report.html.as_uri()]
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate(CUT_OFF) == []
    assert browser.evaluate(TOO_WIDE) == []
    assert browser.evaluate(OVERLAPPING) == []
    assert browser.evaluate(CLIPPED) == []
    assert browser.evaluate(WITHOUT_ALTERNATIVE) == 0
    assert browser.evaluate(SMALL_TARGETS) == 0
    assert browser.evaluate("document.querySelectorAll('figure svg').length") > 30
    drawings = browser.evaluate(
        "[...document.querySelectorAll('figure svg')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(drawings) > 40


def test_report_on_paper(browser, study_report):
    browser.open(study_report.html, A4_PX)
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.evaluate(TOO_WIDE) == []
    beyond = f"e.getBoundingClientRect().right > {A4_PX + 1}"
    cut = f"[...document.querySelectorAll('table')].filter(e => {beyond}).length"
    assert browser.evaluate(cut) == 0
    assert browser.evaluate("getComputedStyle(document.querySelector('.skip')).display") == "none"
    assert browser.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    browser.call("Emulation.setEmulatedMedia", media="")
    pages = len(re.findall(rb"/Type\s*/Page\b", browser.pdf()))
    assert 10 < pages < 60


def test_skip_link_appears_when_it_is_reached(browser, study_report):
    browser.open(study_report.html, 390)
    assert browser.evaluate("document.querySelector('.skip').getBoundingClientRect().right") < 0
    browser.evaluate("document.querySelector('.skip').focus()")
    assert browser.evaluate("document.querySelector('.skip').getBoundingClientRect().left") >= 0
