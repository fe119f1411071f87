"""How a PACS is reached: a TOML file with one of two tables, and credentials that are never in a command line.

    [dicomweb]
    url = "https://pacs.example.org/dicom-web"
    ca_file = "hospital-ca.pem"        # if the system does not trust the server's certificate
    user = "nemopet"                   # password: NEMOPET_PACS_PASSWORD, or
    password_file = "pacs-password"    # a file that only its owner can read

    [dimse]
    host = "pacs.example.org"
    port = 104
    called_aet = "PACS"
    calling_aet = "NEMOPET"            # as the PACS knows this computer
    receive_port = 11112               # where the PACS sends images to
    sending_aet = "PACS-OUT"           # as the PACS calls itself when it sends, if not called_aet
    tls = true
    ca_file = "hospital-ca.pem"

Relative file names are beside the TOML file.
"""

from __future__ import annotations

import os
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.secret_file import refuse_if_others_read

PASSWORD_VARIABLE = "NEMOPET_PACS_PASSWORD"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = range(1, 1 << 16)


@dataclass(frozen=True)
class DicomWebConfig:
    """A DICOMweb server (PS3.18); see the module's text for the keys."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no address, and a password that could be read on its way."""
        try:
            parts = urlsplit(self.url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # of a port or an IPv6 address
            is_address = False
        if not is_address or parts.username or parts.password:  # which are not repeated: a message may be kept
            raise InputError("url: give https://HOST[:PORT]/PATH, without user or password")
        if self.user and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise InputError("a password would go over http, where others can read it: give an https url")

    def tls(self) -> ssl.SSLContext:
        """TLS that verifies the server."""
        return _tls(self.ca_file)


@dataclass(frozen=True)
class DimseConfig:
    """A PACS that speaks DIMSE (PS3.7); see the module's text for the keys."""

    host: str
    port: int
    called_aet: str
    calling_aet: str = "NEMOPET"
    receive_port: int = 11112
    tls: bool = False
    ca_file: str = ""
    sending_aet: str = ""

    def __post_init__(self) -> None:
        """Refuse AE titles and ports that no PACS can have."""
        sending_aet = self.sending_aet or self.called_aet
        titles = {"called_aet": self.called_aet, "calling_aet": self.calling_aet, "sending_aet": sending_aet}
        for name, title in titles.items():
            if not _is_ae_title(title):
                raise InputError(f"{name}: an AE title has 1 to 16 characters of ASCII, and no backslash")
        for name in ("port", "receive_port"):
            if getattr(self, name) not in _PORTS:
                raise InputError(f"{name}: a port is a number from 1 to {_PORTS[-1]}")

    def tls_context(self) -> ssl.SSLContext | None:
        """TLS that verifies the server, None if the connection is plain."""
        return _tls(self.ca_file) if self.tls else None


def read_pacs_config(path: Path, environment: Mapping[str, str] = os.environ) -> DicomWebConfig | DimseConfig:
    """Read a configuration and the password that belongs to it.

    Raises
    ------
    InputError
        If the file cannot be read or lacks something, or a file with a password can be read by others.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as TOML ({error})") from error
    (kind, given), *others = tables.items() or [("", None)]
    if others or kind not in ("dicomweb", "dimse") or not isinstance(given, dict):
        raise InputError(f"{path}: give one table, [dicomweb] or [dimse]")
    if ca_file := _beside(path, given, "ca_file"):
        given["ca_file"] = str(ca_file)
    if kind == "dimse":
        return DimseConfig(**_checked(given, DimseConfig, path))
    if "password" in given:
        refuse_if_others_read(path)
    if password_file := _beside(path, given, "password_file"):
        given["password"] = _read_password(password_file)
    given.pop("password_file", None)
    if environment.get(PASSWORD_VARIABLE):
        given["password"] = environment[PASSWORD_VARIABLE]
    if given.get("user") and not given.get("password"):
        raise InputError(f"{path}: there is a user and no password: set {PASSWORD_VARIABLE}, or give password_file")
    return DicomWebConfig(**_checked(given, DicomWebConfig, path))


def _checked(given: dict[str, Any], kind: type, path: Path) -> dict[str, Any]:
    """The keys of a table, all known, each of its type, none missing."""
    known = {one.name: one for one in fields(kind)}
    types = {"str": str, "int": int, "bool": bool}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"{path}: unknown key {name}; there are {', '.join(known)}")
        if type(value) is not types[str(known[name].type)]:
            raise _of_another_type(path, name, str(known[name].type))
    missing = [name for name, one in known.items() if name not in given and one.default is one.default_factory]
    if missing:
        raise InputError(f"{path}: {', '.join(missing)} is missing")
    return given


def _beside(path: Path, given: Mapping[str, Any], name: str) -> Path | None:
    """The file beside the TOML file that a key names, None if it names none."""
    file = given.get(name, "")
    if not isinstance(file, str):
        raise _of_another_type(path, name, "str")
    return path.parent / file if file else None


def _of_another_type(path: Path, name: str, kind: str) -> InputError:
    return InputError(f"{path}: {name} is not of the type {kind}")


def _is_ae_title(text: str) -> bool:
    """Whether it can be an AE title (PS3.5 6.2, VR AE)."""
    return len(text) <= 16 and text.isascii() and text.isprintable() and "\\" not in text and bool(text.strip())


def _read_password(path: Path) -> str:
    try:
        refuse_if_others_read(path)
        return path.read_text("utf-8").strip("\r\n")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not in UTF-8: save it as UTF-8") from error


def _tls(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise InputError(f"ca_file {ca_file} holds no certificate that can be read") from error
