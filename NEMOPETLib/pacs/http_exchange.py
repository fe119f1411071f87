"""One request to a DICOMweb server and its answer, over a connection that is kept; what fails is named."""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from urllib.parse import urlsplit

from NEMOPETLib.pacs.archive import PacsError
from NEMOPETLib.pacs.pacs_config import DicomWebConfig

_TIMEOUT_S = 60.0
_OK = range(200, 300)
_CLOSED = (ConnectionError, ssl.SSLEOFError)
"""What a request meets on a kept connection that the server has closed, as it may at any time (RFC 9112 9.5)."""
_SAID = {
    401: "refused the user or the password",
    403: "does not allow this to the user",
    404: "does not have it: is the url that of DICOMweb?",
    413: "takes no object of this size",
    503: "is overloaded",
}


class HttpExchange:
    """Requests below a server's url, with its user's password in each.

    Raises
    ------
    PacsError
        If the server cannot be reached, is not who it should be, refuses, or stops in the midst of an answer.
    """

    def __init__(self, config: DicomWebConfig) -> None:
        parts = urlsplit(config.url)
        self.server = f"the PACS {parts.hostname}"
        self._path = parts.path.rstrip("/")
        self._headers: dict[str, str] = {}
        if config.user:
            token = base64.b64encode(f"{config.user}:{config.password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        assert parts.hostname is not None
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_S, context=config.tls()
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S)

    def __enter__(self) -> HttpExchange:
        """The exchange, whose connection opens with the first request."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: Iterable[bytes] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request, to be read within the ``with`` and no more: what fails there is the server's."""
        with self._named_failures():
            kept = self._connection.sock is not None
            try:
                response = self._response(method, path, headers, body)
            except _CLOSED:
                if not kept or method != "GET":  # a POST may have been done
                    raise
                self._connection.close()
                response = self._response(method, path, headers, body)
            if response.status not in _OK:
                response.read()
                said = _SAID.get(response.status, f"answered {response.status} {response.reason}")
                raise PacsError(f"{self.server} {said}")
            yield response
            response.read()  # what is left, so that the connection can be used again

    def _response(
        self, method: str, path: str, headers: Mapping[str, str], body: Iterable[bytes] | None
    ) -> http.client.HTTPResponse:
        with suppress(BrokenPipeError):  # who refuses may answer before all is sent
            self._connection.request(method, f"{self._path}{path}", body, {**self._headers, **headers})
        return self._connection.getresponse()

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            self._connection.close()
            raise PacsError(
                f"{self.server}: its certificate is not trusted ({error.verify_message}): give its ca_file"
            ) from error
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            why = getattr(error, "strerror", None) or type(error).__name__
            raise PacsError(f"{self.server} cannot be reached or stopped answering ({why}): try again later") from error
        except PacsError:
            self._connection.close()
            raise
