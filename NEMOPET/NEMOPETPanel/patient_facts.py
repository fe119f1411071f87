"""What the headers say of a patient and of a pair of series, and what they lack, in words."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, RED, inked
from NEMOPETPanel.own_language import in_own_language


def facts_html(facts: dict, *, is_open: bool) -> str:
    """What is known of a patient, a line each; what is missing in red, an override marked."""
    patient, injection = facts["patient"], facts["injection"]
    words = {
        "sex": _("Sex"),
        "weight_kg": _("Weight"),
        "height_m": _("Height"),
        "dose_mbq": _("Dose"),
        "injection_time": _("Injection"),
    }
    shown = [
        (_("Patient"), patient["patient_id"]),
        (_("Study"), patient["study_date"]),
        (_("Age"), _with_unit(patient["age_years"], 0, _("years"))),
        (words["sex"], {"F": _("Female"), "M": _("Male"), "O": _("Other")}.get(patient["sex"], "")),
        (words["weight_kg"], _with_unit(patient["weight_kg"], 1, "kg")),
        (words["height_m"], _with_unit(patient["height_m"], 2, "m")),
        (_("BMI"), _with_unit(patient["bmi"], 1, "kg/m²")),
        (words["dose_mbq"], _with_unit(injection["dose_mbq"], 1, "MBq")),
        (words["injection_time"], (injection["injection_time"] or "").replace("T", " ")[:19]),
        (_("Scan"), (injection["reference_time"] or "").replace("T", " ")[:19]),
        (_("Uptake time"), _with_unit(injection["uptake_min"], 0, "min")),
        (_("SUV"), facts["suv"].get("scheme", "")),
    ]
    missing = {words[name] for name in facts["missing"]}
    overridden = {words[name] for name in facts["overrides"]}
    lines = [] if is_open else [inked(AMBER, _("This pair is not open yet."))]
    for name, said in shown:
        if name in missing:
            value = inked(RED, f"<b>{_('missing')}</b>")
        elif name in overridden:
            value = inked(AMBER, f"<b>{escape(said)} ({_('override')})</b>")
        else:
            value = escape(said)
        if value:
            lines.append(f"{name}: {value}")
    return "<br>".join(lines)


def pair_title(study: dict) -> str:
    """A pair as the selector lists it."""
    title = f"{study['patient_id'] or _('(no identifier)')}, {study['study_date'] or _('unknown date')}"
    return f"{title}: {_('cannot be used')}" if study["problem"] else title


def pair_reason(study: dict) -> str:
    """Which series make the pair."""
    return _("PET: {pet}; CT: {ct}; left out: {count} series").format(
        pet=study["pet"]["series"], ct=study["ct"]["series"], count=len(study["left_out"])
    )


def reasons(study: dict) -> list:
    """Why these series and not the others, a line each, and what was found odd."""
    lines = [f"{name.upper()}: {study[name]['series']}" for name in ("pet", "ct") if study.get(name)]
    for out in study["left_out"]:
        reason = in_own_language(out["reason"])
        lines.append(_("left out: {series}: {reason}").format(series=out["series"], reason=reason))
    return lines + [_("warning: {text}").format(text=in_own_language(text)) for text in study["warnings"]]


def derivation(suv: dict) -> list:
    """How the PET became SUV, a line each."""
    factor = suv.get("suvbw_factor")
    one = factor[0] if isinstance(factor, list) else factor
    lines = [_("SUV: {scheme}").format(scheme=suv.get("scheme", _("unknown")))]
    lines.append(
        _("units: {units}, decay correction: {decay}").format(
            units=suv.get("units", ""), decay=suv.get("decay_correction", "")
        )
    )
    if one is not None:
        lines.append(_("SUVbw per stored unit: {factor}").format(factor=f"{one:.6g}"))
    return lines


def fixed_text(value, digits: int) -> str:
    """A number with so many decimals; empty where it is not known."""
    return "" if value is None else f"{value:.{digits}f}"


def _with_unit(value, digits: int, unit: str) -> str:
    return "" if value is None else f"{fixed_text(value, digits)} {unit}"
