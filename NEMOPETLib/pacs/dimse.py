"""A PACS by DIMSE (PS3.7): C-FIND to find, C-MOVE to fetch, C-STORE to store. Needs the package pynetdicom.

With ``tls`` what we ask and store goes over TLS; what a C-MOVE sends back comes as the PACS opens it, without.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.pacs.archive import OfferedSeries, PacsError, Query, refuse_partial, wanted_series
from NEMOPETLib.pacs.kept_answers import keep_answers
from NEMOPETLib.pacs.pacs_config import DimseConfig
from NEMOPETLib.pacs.store_receiver import StoreReceiver
from NEMOPETLib.progress import Progress

_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
_PENDING = (0xFF00, 0xFF01)
_SUCCESS = 0x0000
_STORED = (_SUCCESS, 0xB000, 0xB006, 0xB007)
"""Also with a warning, such as that the PACS writes the patient's id in its own way (PS3.4 B.2.3)."""
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Dimse:
    """A PACS that speaks DIMSE; an ``Archive``."""

    config: DimseConfig

    @property
    def _server(self) -> str:
        return f"the PACS {self.config.host}"

    def studies(self, query: Query) -> list[str]:
        """Study Instance UIDs of the studies with a PET that the query means."""
        wanted = Dataset()
        wanted.QueryRetrieveLevel = "STUDY"
        wanted.PatientID = wanted.StudyDate = wanted.AccessionNumber = wanted.StudyInstanceUID = ""
        for keyword, value in query.attributes().items():
            setattr(wanted, keyword, value)
        wanted.ModalitiesInStudy = "PT"
        return [str(found.StudyInstanceUID) for found in self._find(wanted) if "PT" in _modalities(found)]

    def fetch(self, study_uid: str, folder: Path, progress: Progress) -> None:
        """The PET and CT images of a study into a folder; a series that is there whole is not fetched again."""
        wanted = Dataset()
        wanted.QueryRetrieveLevel, wanted.StudyInstanceUID = "SERIES", study_uid
        wanted.SeriesInstanceUID = wanted.Modality = wanted.NumberOfSeriesRelatedInstances = ""
        series = wanted_series(self._server, [_offered(found) for found in self._find(wanted)])
        for one in progress(series, "Fetching series"):
            if not one.image_count or one.images_in(folder) < one.image_count:
                self._move(study_uid, one.uid, one.folder(folder))
                refuse_partial(self._server, one, folder)

    def store(self, files: Sequence[Path], progress: Progress) -> None:
        """Store objects."""
        headers = [dcmread(file, specific_tags=["SOPClassUID"], stop_before_pixels=True) for file in files]
        kinds = [(one.SOPClassUID, one.file_meta.TransferSyntaxUID) for one in headers]
        with self._associated([(kind, [syntax]) for kind, syntax in set(kinds)]) as association:
            accepted = {(one.abstract_syntax, one.transfer_syntax[0]) for one in association.accepted_contexts}
            for file, kind in progress(list(zip(files, kinds, strict=True)), "Storing results"):
                if kind not in accepted:
                    raise PacsError(f"{self._server} takes no objects of the kind of {file.name}")
                status = association.send_c_store(file)
                if status.get("Status") not in _STORED:
                    raise PacsError(f"{self._server} did not store {file.name} ({_said(status)})")

    def _find(self, wanted: Dataset) -> list[Dataset]:
        with self._associated([(_FIND, None)]) as association:
            found = []
            for status, identifier in association.send_c_find(wanted, _FIND):
                if status.get("Status") in _PENDING and identifier is not None:
                    found.append(identifier)
                elif status.get("Status") != _SUCCESS:
                    raise PacsError(f"{self._server} did not search ({_said(status)})")
            return found

    def _move(self, study_uid: str, series_uid: str, folder: Path) -> None:
        wanted = Dataset()
        wanted.QueryRetrieveLevel, wanted.StudyInstanceUID, wanted.SeriesInstanceUID = "SERIES", study_uid, series_uid
        folder.mkdir(parents=True, exist_ok=True)
        receiver = StoreReceiver(study_uid, series_uid, folder)
        us = f"{self.config.calling_aet} at this computer, port {self.config.receive_port}"
        with self._receiving(receiver), self._associated([(_MOVE, None)]) as association:
            sent = 0
            for status, _ in association.send_c_move(wanted, self.config.calling_aet, _MOVE):
                if receiver.failure:
                    raise receiver.failure
                if status.get("Status") not in (*_PENDING, _SUCCESS) or status.get("NumberOfFailedSuboperations"):
                    raise PacsError(f"{self._server} did not send a series ({_said(status)}): does it know {us}?")
                sent = status.get("NumberOfCompletedSuboperations", 0) + status.get("NumberOfWarningSuboperations", 0)
        if len(receiver.arrived) < sent:
            arrived = len(receiver.arrived)
            raise PacsError(f"{self._server} sent {sent} images and {arrived} came here: does it know {us}?")

    @contextmanager
    def _associated(self, contexts: Sequence[tuple[str, Sequence[str] | None]]) -> Iterator[Any]:
        """An association for these kinds of objects, with their transfer syntaxes (None: the usual)."""
        network = _network()
        entity = network.AE(ae_title=self.config.calling_aet)
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = _TIMEOUT_S
        for kind, syntaxes in contexts:
            entity.add_requested_context(kind, syntaxes or network.DEFAULT_TRANSFER_SYNTAXES)
        tls = self.config.tls_context()
        association = entity.associate(
            self.config.host,
            self.config.port,
            ae_title=self.config.called_aet,
            tls_args=(tls, self.config.host) if tls else None,
        )
        if not association.is_established:
            if association.rejected_contexts:
                raise PacsError(f"{self._server} takes no objects or questions of this kind: ask its administrator")
            why = "refused the association" if association.is_rejected else "cannot be reached, or is not trusted"
            raise PacsError(
                f"{self._server} {why}: check host, port, tls and AE titles ({self.config.calling_aet} to"
                f" {self.config.called_aet})"
            )
        keep_answers(association)
        try:
            yield association
        except BaseException as error:
            if association.is_established:
                association.abort()  # a release would wait for what the PACS is still doing
            elif isinstance(error, RuntimeError):  # so pynetdicom refuses a request when the association is gone
                raise PacsError(f"{self._server} ended the association: try again later") from error
            raise
        association.release()

    @contextmanager
    def _receiving(self, receiver: StoreReceiver) -> Iterator[None]:
        """Let the PACS, and who calls itself otherwise not, send to a receiver."""
        network = _network()
        entity = network.AE(ae_title=self.config.calling_aet)
        entity.require_calling_aet = [self.config.sending_aet or self.config.called_aet]
        entity.supported_contexts = network.AllStoragePresentationContexts
        for context in entity.supported_contexts:
            context.transfer_syntax = network.ALL_TRANSFER_SYNTAXES
        try:
            server = entity.start_server(
                ("", self.config.receive_port), block=False, evt_handlers=[(network.evt.EVT_C_STORE, receiver.keep)]
            )
        except OSError as error:
            raise InputError(f"port {self.config.receive_port} cannot be opened ({error.strerror})") from error
        try:
            yield
        finally:
            server.shutdown()


def _offered(found: Dataset) -> OfferedSeries:
    """A series as C-FIND lists it."""
    count = found.get("NumberOfSeriesRelatedInstances") or 0
    return OfferedSeries(str(found.SeriesInstanceUID), str(found.get("Modality", "")), int(count))


def _modalities(found: Dataset) -> Sequence[str]:
    """Modalities in Study; a server that does not tell them has been asked for a PET."""
    given = found.get("ModalitiesInStudy") or "PT"
    return [given] if isinstance(given, str) else list(given)


def _said(status: Dataset) -> str:
    """What a status says, in a few words."""
    if "Status" not in status:
        return "it stopped answering: try again later"
    return f"status {status.Status:#06x}"


def _network() -> Any:
    try:
        import pynetdicom
    except ModuleNotFoundError as error:
        raise InputError("C-FIND and C-MOVE need the package pynetdicom: pip install 'nemopet[pacs]'") from error
    logging.getLogger(pynetdicom.__name__).addHandler(logging.NullHandler())  # what fails is told by us
    return pynetdicom
