"""A study as small as it can be, for servers that are made to fail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, PositronEmissionTomographyImageStorage

STUDY, SERIES = "1.2.826.0.1", "1.2.826.0.1.1"


@dataclass(frozen=True)
class StudyOfImages:
    """One series of images, with what a server says of it.

    Parameters
    ----------
    count
        How many images there are.
    promised
        Number of Series Related Instances; None is not told.
    """

    count: int
    promised: int | None = None
    modality: str = "PT"

    @classmethod
    def told(cls, count: int) -> StudyOfImages:
        """A study of which the server says how many images it has."""
        return cls(count, count)

    def promising(self, promised: int) -> StudyOfImages:
        return replace(self, promised=promised)

    @property
    def uids(self) -> list[str]:
        return [f"{SERIES}.{number + 1}" for number in range(self.count)]

    def image(self, uid: str) -> Dataset:
        """One image; larger than a limit of 4 kB."""
        image = Dataset()
        image.SOPClassUID, image.SOPInstanceUID = PositronEmissionTomographyImageStorage, uid
        image.StudyInstanceUID, image.SeriesInstanceUID, image.Modality = STUDY, SERIES, self.modality
        image.PatientID = "PAT0"
        image.Rows = image.Columns = 64
        image.BitsAllocated = image.BitsStored = 16
        image.PixelData = bytes(64 * 64 * 2)
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        return image

    def file(self, uid: str) -> bytes:
        """One image as a DICOM file."""
        written = BytesIO()
        dcmwrite(written, self.image(uid), enforce_file_format=True)
        return written.getvalue()
