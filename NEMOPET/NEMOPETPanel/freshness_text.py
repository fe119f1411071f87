"""Whether the numbers are of the masks that are shown, in words."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, GREEN, RED, inked
from NEMOPETPanel.own_language import in_own_language


def freshness_html(reading) -> str:
    """Whether the numbers are of these masks."""
    if not reading.is_open:
        return ""
    if reading.trouble:
        text = _("The numbers could not be computed: {reason}").format(reason=in_own_language(reading.trouble))
        return inked(RED, escape(text))
    if reading.stale or reading.worker.busy == "measure":
        return inked(AMBER, f"<b>{_('Numbers are out of date and will follow')}</b>")
    if reading.measured.get("values"):
        return inked(GREEN, _("Numbers are of these masks"))
    return _("There are no numbers yet: make the masks in Segment")
