"""What a C-MOVE makes a PACS send: the series that was asked for, from the PACS that was asked, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom import dcmread

from NEMOPETLib.pacs.archive import short_name
from NEMOPETLib.whole_file import write_whole

_SUCCESS = 0x0000
_NOT_AUTHORISED = 0x0124
_OUT_OF_RESOURCES = 0xA700


@dataclass
class StoreReceiver:
    """Keeps the images of one series in a folder.

    Parameters
    ----------
    study_uid, series_uid
        Of the series that was asked for.
    folder
        Where its images go.
    arrived
        SOP Instance UIDs of those that came.
    failure
        Why one that came could not be written.
    """

    study_uid: str
    series_uid: str
    folder: Path
    arrived: set[str] = field(default_factory=set)
    failure: OSError | None = None

    def keep(self, event: Any) -> int:
        """Answer a C-STORE request (PS3.7 9.1.1.1.9): the status that the PACS is told."""
        content = event.encoded_dataset()
        keywords = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]
        header = dcmread(BytesIO(content), specific_tags=keywords, stop_before_pixels=True)
        uids = [str(header.get(keyword, "")) for keyword in keywords]
        if uids != [self.study_uid, self.series_uid, str(event.request.AffectedSOPInstanceUID)]:
            return _NOT_AUTHORISED
        try:
            write_whole(self.folder / f"{short_name(uids[-1])}.dcm", content)
        except OSError as error:
            self.failure = error
            return _OUT_OF_RESOURCES
        self.arrived.add(uids[-1])
        return _SUCCESS
