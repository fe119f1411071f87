"""How far each number, and the risk, moves when the masks are drawn a little differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from NEMOPETLib.masks.engine import lesions_as_drawn
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.patient_measurements import LESIONS, column_names, columns_of
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.lesion_threshold import at_threshold, threshold_of
from NEMOPETLib.session.mask_margin import grown, shrunk
from NEMOPETLib.session.mask_set import as_mask
from NEMOPETLib.session.reading import Numbers, ReadingSession
from NEMOPETLib.session.scoring import ModelUse, values_for

THRESHOLDS = (3.5, 4.5)
LOW, HIGH, SHRUNK, GROWN = "threshold 3.5", "threshold 4.5", "shrunk", "grown"
_VARIANTS = {LESIONS: (LOW, HIGH, SHRUNK, GROWN)}
_OF_TISSUES = (SHRUNK, GROWN)


def sensitivity(reading: ReadingSession, use: ModelUse | None, progress: Progress) -> dict[str, Any]:
    """Measure each mask in its variants, those that are not known yet; then the risk with each.

    Parameters
    ----------
    use
        The model whose risk is followed; None leaves the risk out.

    Returns
    -------
    ``values``: by column its ``value``, ``shrunk``, ``grown`` and, of lesions, ``threshold`` at 3.5 and 4.5.
    ``risk``: None, or ``value``, ``group``, and for each of ``scenarios`` the same and whether the group ``flips``;
    ``sentences`` say each flip.

    Raises
    ------
    InputError
        As the model, or if a mask is of a kind that cannot be measured.
    """
    reading.measure(progress)
    names = reading.present()
    wanted = [(name, variant) for name in names for variant in _variants(name) if variant not in _known(reading, name)]
    for name, variant in progress(wanted, "Sensitivity"):
        _known(reading, name)[variant] = _measured(reading, name, variant)
    columns = {name: {v: columns_of(name, n) for v, n in _known(reading, name).items()} for name in names}
    values = reading.measurements().values
    moved = {
        column: _moved(values[column], {variant: found[column] for variant, found in columns[name].items()})
        for name in names
        for column in column_names(name)
    }
    return {"thresholds": list(THRESHOLDS), "values": moved, **_risk(reading, use, columns)}


def _variants(name: str) -> tuple[str, ...]:
    return _VARIANTS.get(name, _OF_TISSUES)


def _known(reading: ReadingSession, name: str) -> dict[str, Numbers]:
    return reading.variants.setdefault(name, {})


def _measured(reading: ReadingSession, name: str, variant: str) -> Numbers:
    mask = reading.mask(name)
    if isinstance(mask, Mask):
        changed = grown(mask.voxels) if variant == GROWN else shrunk(mask.voxels)
        return reading.measured_as(name, Mask(name, changed, mask.grid))
    lesions = as_mask(name, mask).voxels
    if variant in (SHRUNK, GROWN):
        changed = grown(lesions) if variant == GROWN else shrunk(lesions)
    else:
        apart = reading.current.physiological
        base = threshold_of(reading.current.lesions.description if reading.current.lesions else "")
        threshold = THRESHOLDS[0] if variant == LOW else THRESHOLDS[1]
        changed = at_threshold(lesions, reading.study.pet, threshold, base, apart.unpacked().voxels if apart else None)
    return reading.measured_as(name, lesions_as_drawn(reading.study.pet, Mask(name, changed, mask.grid)).labels)


def _moved(value: Any, variants: Mapping[str, Any]) -> dict[str, Any]:
    moved = {"value": value, "shrunk": variants[SHRUNK], "grown": variants[GROWN]}
    return {**moved, "threshold": [variants[LOW], variants[HIGH]] if LOW in variants else None}


def _risk(
    reading: ReadingSession, use: ModelUse | None, columns: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    if use is None:
        return {"risk": None, "sentences": []}
    base = values_for(reading, use)
    cases = [(name, variant) for name, found in columns.items() for variant in found]
    scored = use.score([base, *({**base, **columns[name][variant]} for name, variant in cases)])
    group = use.group(scored, 0)
    scenarios = [
        {
            "mask": name,
            "variant": variant,
            "risk_score": float(scored.risk[at]),
            "risk_group": use.group(scored, at),
            "flips": use.group(scored, at) != group,
        }
        for at, (name, variant) in enumerate(cases, start=1)
    ]
    risk = {"value": float(scored.risk[0]), "group": group, "scenarios": scenarios}
    return {"risk": risk, "sentences": _sentences(group, scenarios)}


def _sentences(group: str | None, scenarios: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"The risk group would be {one['risk_group'] or 'unknown'} instead of {group or 'unknown'} {_cause(one)}."
        for one in scenarios
        if one["flips"]
    ]


def _cause(scenario: Mapping[str, Any]) -> str:
    name, variant = scenario["mask"], scenario["variant"]
    if variant in (LOW, HIGH):
        return f"if lesions were drawn from SUV {variant.removeprefix('threshold ')} on"
    return f"if the mask {name} were one voxel {'smaller' if variant == SHRUNK else 'larger'}"
