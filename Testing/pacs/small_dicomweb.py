"""A DICOMweb server with one study, whose pages, promises and filters are as wrong as a test wants them."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydicom.datadict import tag_for_keyword

from NEMOPETLib.pacs.pacs_config import DicomWebConfig
from Testing.pacs.study_of_images import SERIES, STUDY, StudyOfImages


class SmallDicomWeb(ThreadingHTTPServer):
    """Serves while it is a context.

    Parameters
    ----------
    page
        The most results of a page, whatever is asked for.
    knows_offsets
        Whether later pages can be had.
    refuses
        Answer each request with 401 as soon as its headers are read.
    stored
        What it answers to what is stored; None refuses it.
    hangs_up
        Close each connection after an answer, without having said so.
    """

    daemon_threads = True

    def __init__(
        self,
        study: StudyOfImages,
        *,
        page: int = 1000,
        knows_offsets: bool = True,
        refuses: bool = False,
        stored: bytes | None = None,
        hangs_up: bool = False,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _HangsUp if hangs_up else _Handler)
        self.stored = stored
        self.study, self.page, self.knows_offsets, self.refuses = study, page, knows_offsets, refuses
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> SmallDicomWeb:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()

    @property
    def config(self) -> DicomWebConfig:
        return DicomWebConfig(f"http://127.0.0.1:{self.server_address[1]}/dicom-web")

    def results(self, path: str) -> Any:
        """All that a search finds; its filters are not looked at."""
        if path.endswith("/instances"):
            return [_json({"SOPInstanceUID": uid}) for uid in self.study.uids]
        if path.endswith("/series"):
            count = {} if self.study.promised is None else {"NumberOfSeriesRelatedInstances": self.study.promised}
            return [_json({"SeriesInstanceUID": SERIES, "Modality": self.study.modality, **count})]
        return [_json({"StudyInstanceUID": STUDY, "ModalitiesInStudy": self.study.modality})]


class _Handler(BaseHTTPRequestHandler):
    server: SmallDicomWeb

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if self.server.refuses:
            self.send_error(401)
        elif "/instances/" in address.path:
            self._answer("application/dicom", self.server.study.file(address.path.rpartition("/")[2]))
        else:
            asked = parse_qs(address.query)
            start = int(asked["offset"][0]) if self.server.knows_offsets else 0
            length = min(int(asked["limit"][0]), self.server.page)
            found = self.server.results(address.path)
            page = found[start : start + length] if isinstance(found, list) else found
            self._answer("application/dicom+json", json.dumps(page).encode())

    def do_POST(self) -> None:
        if self.server.stored is None:
            self.send_error(401)  # without having read what was sent
        else:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer("application/dicom+json", self.server.stored)

    def _answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the interface
        """Say nothing."""


class _HangsUp(_Handler):
    protocol_version = "HTTP/1.1"

    def _answer(self, kind: str, content: bytes) -> None:
        super()._answer(kind, content)
        self.close_connection = True


def _json(values: Mapping[str, str | int | Sequence[str]]) -> dict[str, Any]:
    return {f"{tag_for_keyword(keyword):08X}": {"Value": [value]} for keyword, value in values.items()}
