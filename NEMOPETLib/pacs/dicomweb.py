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

from NEMOPETLib.pacs.archive import OfferedSeries, PacsError, Query, refuse_partial, short_name, wanted_series
from NEMOPETLib.pacs.http_exchange import HttpExchange
from NEMOPETLib.pacs.pacs_config import DicomWebConfig
from NEMOPETLib.progress import Progress
from NEMOPETLib.whole_file import write_whole

_JSON = {"Accept": "application/dicom+json"}
_DICOM = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
_PAGE = 200


@dataclass(frozen=True)
class DicomWeb:
    """A DICOMweb server; an ``Archive``."""

    config: DicomWebConfig

    def studies(self, query: Query) -> list[str]:
        """Study Instance UIDs of the studies with a PET that the query means."""
        with HttpExchange(self.config) as exchange:
            wanted = {**query.attributes(), "ModalitiesInStudy": "PT"}
            found = _search(exchange, "/studies", wanted)
            return [_uid(one, "StudyInstanceUID", exchange) for one in found if "PT" in _modalities(one)]

    def fetch(self, study_uid: str, folder: Path, progress: Progress) -> None:
        """The PET and CT images of a study into a folder; those that are there already are not fetched again."""
        with HttpExchange(self.config) as exchange:
            series = wanted_series(exchange.server, _series(exchange, study_uid))
            images = [(one, uid) for one in series for uid in _images(exchange, study_uid, one.uid)]
            for one, uid in progress(images, "Fetching images"):
                target = one.folder(folder) / f"{short_name(uid)}.dcm"
                if not target.exists():
                    with exchange.answer("GET", f"{_images_of(study_uid, one.uid)}/{quote(uid)}", _DICOM) as answer:
                        image = _only_part(answer, exchange.server)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(target, image)
            for one in series:
                refuse_partial(exchange.server, one, folder)

    def store(self, files: Sequence[Path], progress: Progress) -> None:
        """Store objects."""
        with HttpExchange(self.config) as exchange:
            for file in progress(files, "Storing results"):
                content, boundary = file.read_bytes(), uuid.uuid4().hex
                head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
                tail = f"\r\n--{boundary}--\r\n".encode()
                headers = {
                    **_JSON,
                    "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
                    "Content-Length": str(len(head) + len(content) + len(tail)),
                }
                with exchange.answer("POST", "/studies", headers, (head, content, tail)) as answer:
                    _check_stored(answer.read(), file, exchange.server)


def _search(exchange: HttpExchange, path: str, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All results of a query, page by page until one brings nothing new.

    A page may be shorter than asked for and not the last (PS3.18 8.3.4.4), and a server that knows no pages gives the
    same one again.
    """
    seen: set[str] = set()
    offset = 0
    while True:
        asked = urlencode({**wanted, "limit": str(_PAGE), "offset": str(offset)})
        with exchange.answer("GET", f"{path}?{asked}", _JSON) as answer:
            page = _objects(answer.read(), exchange.server)
        new = [one for one in page if json.dumps(one, sort_keys=True) not in seen]
        yield from new
        seen.update(json.dumps(one, sort_keys=True) for one in new)
        offset += len(page)
        if not new:
            return


def _series(exchange: HttpExchange, study_uid: str) -> Iterator[OfferedSeries]:
    """The series of a study."""
    for one in _search(exchange, f"/studies/{quote(study_uid)}/series", {}):
        count = _value(one, "NumberOfSeriesRelatedInstances")
        yield OfferedSeries(
            _uid(one, "SeriesInstanceUID", exchange), _value(one, "Modality"), int(count) if count.isdecimal() else 0
        )


def _images(exchange: HttpExchange, study_uid: str, series_uid: str) -> Iterator[str]:
    """SOP Instance UID of each image of a series."""
    for image in _search(exchange, _images_of(study_uid, series_uid), {}):
        yield _uid(image, "SOPInstanceUID", exchange)


def _images_of(study_uid: str, series_uid: str) -> str:
    return f"/studies/{quote(study_uid)}/series/{quote(series_uid)}/instances"


def _modalities(study: Mapping[str, Any]) -> list[str]:
    """Modalities in Study; a server that does not tell them has been asked for a PET."""
    return _values(study, "ModalitiesInStudy") or ["PT"]


def _uid(result: Mapping[str, Any], keyword: str, exchange: HttpExchange) -> str:
    """A UID, without which a result says nothing."""
    uid = _value(result, keyword)
    if not uid:
        raise _no_dicom_json(exchange.server)
    return uid


def _value(result: Mapping[str, Any], keyword: str) -> str:
    """The first value of an attribute, empty if it is not there."""
    return next(iter(_values(result, keyword)), "")


def _values(result: Mapping[str, Any], keyword: str) -> list[str]:
    """An attribute of a DICOM JSON object (PS3.18 F); no value if it is not there, or of another shape."""
    attribute = result.get(_json_tag(keyword))
    values = attribute.get("Value") if isinstance(attribute, dict) else None
    return [str(value) for value in values] if isinstance(values, list) else []


def _json_tag(keyword: str) -> str:
    return f"{tag_for_keyword(keyword):08X}"


def _objects(content: bytes, server: str) -> list[dict[str, Any]]:
    """The DICOM JSON objects of an answer, a list or one alone; none in an empty one (status 204)."""
    try:
        said = json.loads(content or b"[]")
    except (ValueError, RecursionError) as error:
        raise _no_dicom_json(server) from error
    objects = said if isinstance(said, list) else [said]
    if not all(isinstance(one, dict) for one in objects):
        raise _no_dicom_json(server)
    return objects


def _no_dicom_json(server: str) -> PacsError:
    return PacsError(f"{server} did not answer in DICOM JSON: is the url that of DICOMweb?")


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


def _check_stored(content: bytes, file: Path, server: str) -> None:
    """Refuse an answer that says that the object was not stored (PS3.18 10.5)."""
    failed = [said.get(_json_tag("FailedSOPSequence")) for said in _objects(content, server)]
    if any(one.get("Value") if isinstance(one, dict) else one for one in failed):
        raise PacsError(f"{server} did not store {file.name}")
