"""A PACS by DICOMweb (PS3.18): QIDO-RS to find, WADO-RS to fetch, STOW-RS to store, one object at a time.

One object a request: memory holds one, and after a failure only what is missing is fetched.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from pydicom.datadict import tag_for_keyword

from NEMOPETLib.pacs.archive import WANTED_MODALITIES, PacsError, Query, short_name
from NEMOPETLib.pacs.http_exchange import HttpExchange
from NEMOPETLib.pacs.pacs_config import DicomWebConfig
from NEMOPETLib.progress import Progress
from NEMOPETLib.whole_file import write_whole

_JSON = {"Accept": "application/dicom+json"}
_DICOM = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
_PAGE = 200
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class DicomWeb:
    """A DICOMweb server; an ``Archive``."""

    config: DicomWebConfig

    def studies(self, query: Query) -> list[str]:
        """Study Instance UIDs of the studies with a PET that the query means."""
        with HttpExchange(self.config) as exchange:
            wanted = {**query.attributes(), "ModalitiesInStudy": "PT"}
            return [_value(one, "StudyInstanceUID") for one in _search(exchange, "/studies", wanted)]

    def fetch(self, study_uid: str, folder: Path, progress: Progress) -> None:
        """The PET and CT images of a study into a folder; those that are there already are not fetched again."""
        with HttpExchange(self.config) as exchange:
            images = list(_images(exchange, study_uid))
            for series_uid, instance_uid in progress(images, "Fetching images"):
                target = folder / short_name(series_uid) / f"{short_name(instance_uid)}.dcm"
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path = f"/studies/{quote(study_uid)}/series/{quote(series_uid)}/instances/{quote(instance_uid)}"
                    with exchange.answer("GET", path, _DICOM) as answer:
                        write_whole(target, _only_part(answer, exchange.server))

    def store(self, files: Sequence[Path], progress: Progress) -> None:
        """Store objects."""
        with HttpExchange(self.config) as exchange:
            for file in progress(files, "Storing results"):
                boundary = uuid.uuid4().hex
                head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
                tail = f"\r\n--{boundary}--\r\n".encode()
                headers = {
                    **_JSON,
                    "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
                    "Content-Length": str(len(head) + file.stat().st_size + len(tail)),
                }
                with exchange.answer("POST", "/studies", headers, _body(head, file, tail)) as answer:
                    _check_stored(answer.read(), file, exchange.server)


def _search(exchange: HttpExchange, path: str, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All results of a query, page by page; a server that knows no pages gives all with the first."""
    seen: set[str] = set()
    offset = 0
    while True:
        asked = urlencode({**wanted, "limit": str(_PAGE), "offset": str(offset)})
        with exchange.answer("GET", f"{path}?{asked}", _JSON) as answer:
            page = _parsed(answer.read() or b"[]", exchange.server)  # 204: none
        new = [one for one in page if json.dumps(one, sort_keys=True) not in seen]
        yield from new
        seen.update(json.dumps(one, sort_keys=True) for one in new)
        offset += len(page)
        if len(page) < _PAGE or not new:
            return


def _images(exchange: HttpExchange, study_uid: str) -> Iterator[tuple[str, str]]:
    """Series and SOP Instance UID of each PET and CT image of a study."""
    study = f"/studies/{quote(study_uid)}/series"
    for series in _search(exchange, study, {}):
        if _value(series, "Modality") in WANTED_MODALITIES:
            series_uid = _value(series, "SeriesInstanceUID")
            for image in _search(exchange, f"{study}/{quote(series_uid)}/instances", {}):
                yield series_uid, _value(image, "SOPInstanceUID")


def _value(result: Mapping[str, Any], keyword: str) -> str:
    """An attribute of a DICOM JSON object (PS3.18 F), empty if it is not there."""
    values = result.get(f"{tag_for_keyword(keyword):08X}", {}).get("Value") or [""]
    return str(values[0])


def _parsed(content: bytes, server: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise PacsError(f"{server} did not answer in DICOM JSON: is the url that of DICOMweb?") from error


def _only_part(answer: HTTPResponse, server: str) -> bytes:
    """The object in an answer of one part (RFC 2046); the object alone, as some servers send it, is taken too."""
    content = answer.read()
    message = Message()
    message["Content-Type"] = answer.headers.get("Content-Type", "")
    boundary = message.get_param("boundary")
    if boundary is not None:
        _, _, rest = content.partition(b"--" + str(boundary).encode())
        _, _, rest = rest.partition(b"\r\n\r\n")
        content, end, _ = rest.rpartition(b"\r\n--" + str(boundary).encode() + b"--")
        content = content if end else b""
    if content[128:132] != b"DICM":
        raise PacsError(f"{server} sent something that is no DICOM object")
    return content


def _body(head: bytes, file: Path, tail: bytes) -> Iterator[bytes]:
    """One object as a request of one part."""
    yield head
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            yield chunk
    yield tail


def _check_stored(content: bytes, file: Path, server: str) -> None:
    """Refuse an answer that says that the object was not stored (PS3.18 10.5)."""
    said = _parsed(content or b"{}", server)
    failed = said.get(f"{tag_for_keyword('FailedSOPSequence'):08X}", {}).get("Value")
    if failed:
        raise PacsError(f"{server} did not store {file.name}")
