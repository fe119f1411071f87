"""Enhanced multi-frame objects read as if each frame were a classic slice."""

from __future__ import annotations

from pydicom.dataset import Dataset

_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def frame_headers(header: Dataset) -> list[Dataset]:
    """One classic header a frame: the object's own elements, and over them its functional groups' elements.

    Each functional group macro (PS3.3 C.7.6.16) is a sequence of one item whose elements (Image Position,
    Pixel Spacing, Rescale Slope, …) are those that a classic object has at its top level. An enhanced PET that
    says its unit in a Real World Value Mapping gets that mapping's slope and intercept as its rescaling.
    """
    if "PerFrameFunctionalGroupsSequence" not in header:
        return [header]
    common = Dataset()
    common.update(header)
    for group in _GROUPS:
        common.pop(group, None)
    _flatten(common, header.get(_GROUPS[0]) or [])
    frames = []
    for groups in header.PerFrameFunctionalGroupsSequence:
        frame = Dataset()
        frame.update(common)
        _flatten(frame, [groups])
        frames.append(frame)
    return frames


def _flatten(target: Dataset, groups: list[Dataset]) -> None:
    for group in groups:
        for macro in group:
            if macro.VR == "SQ" and len(macro.value) > 0:
                item = macro.value[0]
                target.update(item)
                if "MeasurementUnitsCodeSequence" in item and "RealWorldValueSlope" in item:
                    target.RescaleSlope = item.RealWorldValueSlope
                    target.RescaleIntercept = item.get("RealWorldValueIntercept", 0.0)
