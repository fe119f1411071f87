"""The moment to which a PET image is decay-corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.radiopharmaceutical import Radiopharmaceutical

# Clocks of one scanner: a series that starts less than this after its first frame starts with it.
_SAME_MOMENT = dt.timedelta(seconds=1)
_NO_DATE = dt.date(1900, 1, 1)  # a series whose dates were removed still has its times of day


@dataclass(frozen=True)
class ReferenceTime:
    """A local time, and from which element it was taken."""

    moment: dt.datetime
    source: str


def acquisition_time(header: Dataset) -> dt.datetime | None:
    """When the frame of this slice started, None if the header does not say."""
    exact = h.moment(header, "FrameAcquisitionDateTime") or h.moment(header, "AcquisitionDateTime")
    clock = h.time(header, "AcquisitionTime")
    if exact is not None or clock is None:
        return exact
    day = h.date(header, "AcquisitionDate") or _series_date(header)
    return dt.datetime.combine(day, clock)


def series_reference_time(headers: Sequence[Dataset], agent: Radiopharmaceutical) -> ReferenceTime:
    """The reference time of a series decay-corrected to its start.

    In this order (QIBA FDG-PET/CT profile 1.14, SUV pseudocode; enhanced objects state it themselves):

    1. Decay Correction DateTime (0018,9701);
    2. series date and time, if not after the first acquisition (a later one is that of a reprocessing);
    3. GE's private scan time (0009,100D);
    4. the first acquisition back-dated by its Frame Reference Time, which marks the frame's average count;
    5. the first acquisition.

    Parameters
    ----------
    headers
        One header a slice, in any order.
    agent
        Gives the half-life for the average-count time of a frame.

    Raises
    ------
    InputError
        If the headers hold no usable time.
    """
    header = headers[0]
    stated = h.moment(header, "DecayCorrectionDateTime")
    if stated is not None:
        return ReferenceTime(stated, "decay correction time")
    first = min(headers, key=lambda one: acquisition_time(one) or dt.datetime.max)
    acquired = acquisition_time(first)
    clock = h.time(header, "SeriesTime")
    if clock is not None:
        series = dt.datetime.combine(_series_date(header), clock)
        if acquired is None or series <= acquired + _SAME_MOMENT:
            return ReferenceTime(series, "series time")
    scan = _ge_scan_time(header)
    if scan is not None:
        return ReferenceTime(scan, "GE scan time")
    if acquired is None:
        raise InputError("the PET header has neither a series time nor an acquisition time: SUV cannot be computed")
    offset = h.number(first, "FrameReferenceTime")
    duration = h.number(first, "ActualFrameDuration")
    if offset and duration:
        back_s = offset / 1000 - agent.average_count_time_s(duration / 1000)
        return ReferenceTime(acquired - dt.timedelta(seconds=back_s), "frame reference time")
    return ReferenceTime(acquired, "first acquisition time")


def _series_date(header: Dataset) -> dt.date:
    days = (h.date(header, keyword) for keyword in ("SeriesDate", "AcquisitionDate", "StudyDate", "ContentDate"))
    return next((day for day in days if day), _NO_DATE)


def _ge_scan_time(header: Dataset) -> dt.datetime | None:
    element = header.get((0x0009, 0x100D))
    if element is None or not isinstance(element.value, str | bytes):
        return None
    value = element.value.decode("ascii", errors="replace") if isinstance(element.value, bytes) else element.value
    return h.parse_moment(value.strip(" \0"))
