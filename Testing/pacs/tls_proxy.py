"""TLS in front of a plain server, as hospitals put a proxy before it: Debian 12's Orthanc dies of its own TLS."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from contextlib import closing
from pathlib import Path


class TlsProxy(socketserver.ThreadingTCPServer):
    """Takes TLS connections on a port of its own and hands what comes on to a port of localhost."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, certificate: Path, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(socketserver.BaseRequestHandler):
    server: TlsProxy

    def handle(self) -> None:
        try:
            with (
                self.server.context.wrap_socket(self.request, server_side=True) as client,
                closing(socket.create_connection(("127.0.0.1", self.server.target))) as server,
            ):
                back = threading.Thread(target=_copy, args=(server, client), daemon=True)
                back.start()
                _copy(client, server)
                back.join(timeout=5)
        except OSError:  # the client does not trust us, or the server is away
            return


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        return
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
