"""The demo's mail catcher: a real SMTP server on a free loopback port that keeps every message as a file."""

import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from gardefou.clock import Clock

#: The folder, within the data folder, that messages are kept in.
MAIL = "mail"


class _Keeper:
    """Writes each accepted message down before it says yes."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._number = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  # the library's name
        """Keep one message."""
        self._number += 1
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        path = self._folder / f"{self._clock.now()}-{self._number:04}.eml"
        partial = path.with_suffix(".part")
        partial.write_bytes(data)
        partial.replace(path)
        return "250 kept"


class Sink:
    """A mail catcher that runs in a thread of its own."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Prepare the folder and take a free port."""
        folder.mkdir(parents=True, exist_ok=True)
        self._port = _free_port()
        self._controller = Controller(_Keeper(folder, clock), hostname="127.0.0.1", port=self._port)

    @property
    def url(self) -> str:
        """Where to send."""
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin to accept mail."""
        self._controller.start()

    def stop(self) -> None:
        """Stop accepting mail."""
        self._controller.stop()


def _free_port() -> int:
    """Return a port nobody has; the library dials itself, so it cannot choose one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
