"""Orthanc as the PACS: started for a test, with a user, a password and a certificate of its own."""

from __future__ import annotations

import gc
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom import dcmread

from NEMOPETLib.pacs.pacs_config import DicomWebConfig, DimseConfig
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from Testing.pacs.tls_proxy import TlsProxy

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "nemopet", "s3cret-Pässword"
_START_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Orthanc:
    """A server that can be stopped and started again with what it has."""

    program: str
    folder: Path
    tls: bool = False
    dicom_tls: bool = False
    http_port: int = field(default_factory=free_port)
    dicom_port: int = field(default_factory=free_port)
    receive_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    proxy: TlsProxy | None = None

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        config = {
            "Name": "NEMOPETTEST",
            "StorageDirectory": str(self.folder / "storage"),
            "IndexDirectory": str(self.folder / "storage"),
            "HttpPort": self.http_port,
            "DicomPort": self.dicom_port,
            "DicomAet": "ORTHANC",
            "RemoteAccessAllowed": True,
            "AuthenticationEnabled": True,
            "RegisteredUsers": {USER: PASSWORD},
            "DicomModalities": {"nemopet": ["NEMOPET", "127.0.0.1", self.receive_port]},
            "Plugins": [str(PLUGIN)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        if self.tls and self.proxy is None:
            self.proxy = TlsProxy(self.certificate(), self.http_port)
        if self.dicom_tls:
            self.certificate()
            config |= {
                "DicomTlsEnabled": True,
                "DicomTlsCertificate": str(self.ca_file),
                "DicomTlsPrivateKey": str(self.folder / "key.pem"),
                "DicomTlsTrustedCertificates": str(self.ca_file),
                "DicomTlsRemoteCertificateRequired": False,
            }
        file = self.folder / "orthanc.json"
        file.write_text(json.dumps(config))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([self.program, str(file)], stdout=log, stderr=log)
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def certificate(self) -> Path:
        """Key and certificate of localhost in one file; ``ca_file`` is the certificate alone."""
        both = self.folder / "server.pem"
        if not both.exists():
            key = self.folder / "key.pem"
            subprocess.run(
                [
                    *(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                    ),
                    *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(self.ca_file)),
                ],
                check=True,
                capture_output=True,
            )
            both.write_bytes(self.ca_file.read_bytes() + key.read_bytes())
        return both

    @property
    def ca_file(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def dicomweb(self) -> DicomWebConfig:
        if self.proxy is None:
            return DicomWebConfig(f"http://localhost:{self.http_port}/dicom-web", USER, PASSWORD)
        return DicomWebConfig(f"https://localhost:{self.proxy.port}/dicom-web", USER, PASSWORD, str(self.ca_file))

    @property
    def dimse(self) -> DimseConfig:
        ca_file = str(self.ca_file) if self.dicom_tls else ""
        return DimseConfig(
            "localhost", self.dicom_port, "ORTHANC", "NEMOPET", self.receive_port, self.dicom_tls, ca_file
        )

    def _wait(self) -> None:
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                for port in (self.http_port, self.dicom_port):
                    socket.create_connection(("localhost", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("Orthanc did not start")


@pytest.fixture(autouse=True)
def _nothing_left_for_the_next_test() -> Iterator[None]:
    """Sockets that pynetdicom forgets to close complain in the test that left them."""
    yield
    gc.collect()


@pytest.fixture
def start_orthanc(tmp_path: Path) -> Iterator[Callable[..., Orthanc]]:
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin:/usr/local/sbin")
    if program is None or not PLUGIN.is_file():
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


@dataclass(frozen=True)
class Scanned:
    """Studies as a scanner sends them: of each patient the files, and one of them as written by the phantom."""

    phantom: PhantomStudy
    files: dict[str, tuple[Path, ...]]

    @property
    def all_files(self) -> list[Path]:
        return [file for files in self.files.values() for file in files]


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """Five patients with the small phantom's enhanced PET and CT, and a structured report that is not wanted."""
    root = tmp_path_factory.mktemp("scanned")
    first = write_phantom_study(root / "phantom", examination=Examination(patient_id="PAT0"), enhanced=True)
    files = {"PAT0": (*first.pet, *first.ct)}
    for number in range(1, 5):
        patient = f"PAT{number}"
        folder = root / patient
        folder.mkdir()
        files[patient] = tuple(_of_another(path, folder, patient, number) for path in files["PAT0"])
    return Scanned(first, files)


def _of_another(path: Path, folder: Path, patient: str, number: int) -> Path:
    """The same image of another patient, with other UIDs."""
    image = dcmread(path)
    image.PatientID, image.PatientName = patient, f"Patient^{number}"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
        image[keyword].value = f"{image[keyword].value[:56]}.{number}"
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    target = folder / path.parent.name
    image.save_as(target, enforce_file_format=True)
    return target
