"""A PACS that speaks DIMSE with one study, whose promises and objects are as wrong as a test wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import Dataset

from NEMOPETLib.pacs.kept_answers import keep_answers
from NEMOPETLib.pacs.pacs_config import DimseConfig
from Testing.pacs.orthanc import free_port
from Testing.pacs.study_of_images import SERIES, STUDY, StudyOfImages


@dataclass
class SmallDimse:
    """Serves while it is a context.

    Parameters
    ----------
    edit
        What is done to each image before it is sent.
    sends_to
        Port to which it sends; None is the right one.
    stored
        The status that it answers to what is stored.
    """

    study: StudyOfImages
    edit: Callable[[Dataset], None] = lambda _: None
    sends_to: int | None = None
    stored: int = 0
    port: int = field(default_factory=free_port)
    receive_port: int = field(default_factory=free_port)
    server: Any = None

    @property
    def config(self) -> DimseConfig:
        return DimseConfig("localhost", self.port, "PACS", receive_port=self.receive_port)

    def __enter__(self) -> SmallDimse:
        from pynetdicom import AE, evt
        from pynetdicom.sop_class import (
            CTImageStorage,
            PositronEmissionTomographyImageStorage,
            StudyRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelMove,
        )

        class Entity(AE):
            def associate(self, *arguments: Any, **options: Any) -> Any:
                association = super().associate(*arguments, **options)
                keep_answers(association)
                return association

        entity = Entity(ae_title="PACS")
        for kind in (
            StudyRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelMove,
            PositronEmissionTomographyImageStorage,
        ):
            entity.add_supported_context(kind)
        for kind in (PositronEmissionTomographyImageStorage, CTImageStorage):
            entity.add_requested_context(kind)
        handlers = [
            (evt.EVT_C_FIND, self._find),
            (evt.EVT_C_MOVE, self._move),
            (evt.EVT_C_STORE, lambda _: self.stored),
        ]
        self.server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.ae.shutdown()  # its associations too

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        found = Dataset()
        found.QueryRetrieveLevel = event.identifier.QueryRetrieveLevel
        found.StudyInstanceUID = STUDY
        if found.QueryRetrieveLevel == "STUDY":
            found.ModalitiesInStudy = self.study.modality
        else:
            found.SeriesInstanceUID, found.Modality = SERIES, self.study.modality
            if self.study.promised is not None:
                found.NumberOfSeriesRelatedInstances = self.study.promised
        yield 0xFF00, found

    def _move(self, _: Any) -> Iterator[Any]:
        yield "127.0.0.1", self.sends_to or self.receive_port
        yield self.study.count
        for uid in self.study.uids:
            image = self.study.image(uid)
            self.edit(image)
            yield 0xFF00, image
