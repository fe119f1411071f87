"""Orthanc as the PACS: started for a test, with a user, a password and a certificate of its own."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import FileDataset

from NEMOPETLib.pacs.pacs_config import DicomWebConfig, DimseConfig
from Testing.pacs.tls_proxy import TlsProxy

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "nemopet", "s3cret-Pässword"
_START_S = 20.0


def orthanc_program() -> str | None:
    """The server's program; None where it or its DICOMweb is not installed."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin:/usr/local/sbin")
    return program if PLUGIN.is_file() else None


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

    def held(self, uid: str) -> FileDataset:
        """One of its objects, as its own interface gives it."""
        (found,) = json.loads(self._asked("/tools/lookup", uid.encode()))[:1]
        return dcmread(BytesIO(self._asked(f"/instances/{found['ID']}/file")))

    def object_count(self) -> int:
        """How many objects it has."""
        return int(json.loads(self._asked("/statistics"))["CountInstances"])

    def _asked(self, path: str, body: bytes | None = None) -> bytes:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        address, headers = f"http://localhost:{self.http_port}{path}", {"Authorization": f"Basic {token}"}
        with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
            content: bytes = answer.read()
        return content

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
        raise TimeoutError("Orthanc did not start")
