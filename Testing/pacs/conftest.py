"""A PACS and its patients."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from Testing.pacs.orthanc import Orthanc, orthanc_program
from Testing.pacs.patients import Scanned, scanned_patients


@pytest.fixture(autouse=True)
def _nothing_left_for_the_next_test() -> Iterator[None]:
    """Sockets that pynetdicom forgets to close complain in the test that left them."""
    yield
    gc.collect()


@pytest.fixture
def start_orthanc(tmp_path: Path) -> Iterator[Callable[..., Orthanc]]:
    program = orthanc_program()
    if program is None:
        pytest.skip("Orthanc is not installed (Debian: apt install orthanc orthanc-dicomweb)")
    started: list[Orthanc] = []

    def start(**options: bool) -> Orthanc:
        server = Orthanc(program, tmp_path / f"orthanc {len(started)}", **options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()
        if server.proxy is not None:
            server.proxy.stop()


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """Five patients."""
    return scanned_patients(tmp_path_factory.mktemp("scanned"), 5)
