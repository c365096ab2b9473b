"""uvicorn, with a port that is checked first and streams that end when we stop.

uvicorn waits for open connections before it runs any shutdown hook, so a desk's stream would hold it for ever: the
streams are told to end by the signal's own handler.
"""

import errno
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from litestar import Litestar

from gardefou.app.errors import PortInUseError
from gardefou.app.settings import Settings

if TYPE_CHECKING:
    # Whoever only wants a port, such as a witness, loads no house.
    from gardefou.app.house import House

GRACE = 5


def bind(settings: Settings) -> socket.socket:
    """Take the port.

    Raises:
        PortInUseError: somebody else has it, or it is not ours to take.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        taken.listen(512)
    except OSError as problem:
        taken.close()
        where = f"{settings.host}:{settings.port}"
        if problem.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"port {settings.port} on {settings.host} is in use by another program; choose another with --port or "
                "GARDEFOU_PORT"
            ) from problem
        raise PortInUseError(f"cannot listen on {where}: {problem.strerror}") from problem
    taken.set_inheritable(True)
    return taken


class _Server(uvicorn.Server):
    """A server that ends its streams first, and ends itself quietly."""

    def __init__(self, config: uvicorn.Config, house: "House") -> None:
        super().__init__(config)
        self._house = house

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._house.fanout.end_streams()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's own, but do not raise the signal again once everything has ended well."""
        kept = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in kept.items():
                signal.signal(sig, handler)


def calm_collector() -> None:
    """Keep Python's collector from walking what stays, and from walking often."""
    # What is there before the first request stays.
    gc.collect()
    gc.freeze()
    # A page of posts is some thousands of small things that are all let go at its end, without the collector.
    gc.set_threshold(10_000)


def serve(house: "House", app: Litestar, taken: socket.socket) -> None:
    """Answer requests until told to stop."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,
    )
    calm_collector()
    _Server(config, house).run(sockets=[taken])
