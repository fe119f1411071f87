from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pytest
from pydicom.uid import SegmentationStorage

from NEMOPETLib.dicom_out.source_series import SourceSeries, source_series
from NEMOPETLib.dicom_out.written_object import Identity, new_object
from NEMOPETLib.phantom.study import write_phantom_study
from NEMOPETLib.studies.study import find_study
from NEMOPETLib.studies.volume import Grid

MEASURED_AT = dt.datetime(2026, 7, 1, 23, 30, 5, tzinfo=dt.UTC)


@pytest.fixture
def in_paris(monkeypatch):
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def written(**shared: str):
    grid = Grid((1, 1, 1), np.eye(4))
    of_study = {"StudyInstanceUID": "1.2", "StudyDate": "20260630", "StudyTime": "091500"}
    source = SourceSeries({**of_study, **shared}, "PT", "1.2.3", "1.2.4", grid, ())
    return new_object(source, Identity("1.2", MEASURED_AT, "1.0"), SegmentationStorage, "SEG", 1, "test")


def test_times_are_of_the_clock_here_as_those_of_the_study_are_of_the_scanner(in_paris):
    one = written()
    assert (one.SeriesDate, one.SeriesTime) == (one.InstanceCreationDate, one.InstanceCreationTime)
    assert (one.SeriesDate, one.SeriesTime) == ("20260702", "013005")
    assert "TimezoneOffsetFromUTC" not in one


@pytest.mark.parametrize(("offset", "expected"), [("+0530", ("20260702", "050005")), ("-0800", ("20260701", "153005"))])
def test_times_are_of_the_offset_that_the_source_states(in_paris, offset, expected):
    one = written(TimezoneOffsetFromUTC=offset)
    assert (one.SeriesDate, one.SeriesTime) == expected
    assert (one.TimezoneOffsetFromUTC, one.StudyDate, one.StudyTime) == (offset, "20260630", "091500")
    said = dt.datetime.strptime(f"{one.SeriesDate}{one.SeriesTime}{one.TimezoneOffsetFromUTC}", "%Y%m%d%H%M%S%z")
    assert said == MEASURED_AT


@pytest.mark.parametrize(("stated", "kept"), [("+0530", "+0530"), ("-0330 ", "-0330"), ("CET", None), ("", None)])
def test_an_offset_that_is_none_stays_behind(tmp_path, stated, kept):
    def edit(header):
        header.TimezoneOffsetFromUTC = stated

    write_phantom_study(tmp_path, edit=edit)
    assert source_series(find_study(tmp_path).pet).shared.get("TimezoneOffsetFromUTC") == kept
