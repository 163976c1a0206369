"""`/healthz`, `/readyz` and `/metrics`, answered by a thread so that they answer also when the event loop hangs."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from services.kit.errors import SettingsError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class Health:
    """Whether the process makes progress and whether it is ready."""

    def __init__(self, *, stall_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._stall_s = stall_s
        self._monotonic = monotonic
        self._beaten_at = monotonic()
        self.ready = False

    def beat(self) -> None:
        """Say that the main loop has turned."""
        self._beaten_at = self._monotonic()

    def alive(self) -> bool:
        """Tell whether the main loop turned lately. Never asks a broker or database: their outage is not ours."""
        return self._monotonic() - self._beaten_at < self._stall_s


@contextmanager
def served(health: Health, host: str, port: int) -> Iterator[None]:
    """Answer health and metrics requests at this address; port 0 answers nothing.

    Raises:
        SettingsError: the address cannot be listened on.

    """
    if port == 0:
        yield
        return
    try:
        server = make_server(host, port, _app(health), server_class=_Server, handler_class=_SilentHandler)
    except (OSError, OverflowError) as error:
        raise SettingsError("settings.health_port", f"cannot listen on {host}:{port}: {error}") from None
    thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _app(health: Health) -> Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]:
    metrics = make_wsgi_app()

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/metrics":
            body: Iterable[bytes] = metrics(environ, start_response)
            return body
        states = {"/healthz": health.alive(), "/readyz": health.alive() and health.ready}
        if path not in states:
            status, text = "404 Not Found", b"not here\n"
        elif states[path]:
            status, text = "200 OK", b"ok\n"
        else:
            status, text = "503 Service Unavailable", b"not now\n"
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
        return [text]

    return answer


class _Server(WSGIServer):
    def server_bind(self) -> None:
        """Bind without asking a name server for our own name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _SilentHandler(WSGIRequestHandler):
    timeout = 5  # a probe that does not finish its request must not hold the only thread

    def log_message(self, *_args: object) -> None:
        """Probes are no news."""
