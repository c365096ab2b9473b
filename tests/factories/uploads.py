"""Uploads of many reports at once that nobody has sent yet, and what of them is there."""

import json
import socket
import struct
from itertools import count

import httpx
from sqlalchemy import func, select

from gardefou.reports.tables import report
from tests.factories.struck import ACCOUNTS, Struck, handle

PATH, LINES = "/intake/reports", 400
_uploads = count()


class Upload:
    """Reports that nobody has sent yet, under a key of their own."""

    def __init__(self, struck: Struck, lines: int = LINES) -> None:
        """Write them."""
        self.key, self.lines, self._struck = f"upload {next(_uploads)}", lines, struck
        each = (
            {
                "account": handle(at % ACCOUNTS),
                "category": "spam",
                "comment": f"{self.key} line {at}",
                "reporter": f"r{at}",
            }
            for at in range(lines)
        )
        self.body = b"".join(json.dumps(one).encode() + b"\n" for one in each)
        self.head = (
            f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {struck.machine}\r\n"
            f"idempotency-key: {self.key}\r\ncontent-length: {len(self.body)}\r\n\r\n"
        ).encode()

    def cut_after(self, many: int, *, abruptly: bool = False) -> None:
        """Send so many bytes, and be gone: with a word of good-bye, or without one."""
        with socket.create_connection(("127.0.0.1", self._struck.processes.port)) as line:
            if abruptly:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.sendall((self.head + self.body)[:many])

    def send(self) -> httpx.Response:
        """Send all of it, and wait for the answer."""
        shown = {"authorization": f"Bearer {self._struck.machine}", "idempotency-key": self.key}
        return httpx.post(f"{self._struck.processes.url}{PATH}", content=self.body, headers=shown, timeout=60)

    @property
    def there(self) -> int:
        """How many of its lines are there."""
        mine = select(func.count()).select_from(report).where(report.c.comment.like(f"{self.key} line %"))
        with self._struck.opened() as db, db.reading() as tx:
            return int(tx.scalar(mine))

    def sent_again_is_there_once(self) -> None:
        """Send it again, twice: it is answered as one that was never cut, and no line is there more than once."""
        first, second = self.send(), self.send()
        assert (first.status_code, first.text) == (200, second.text)
        assert [("report" in json.loads(line)) for line in first.text.splitlines()] == [True] * self.lines
        assert self.there == self.lines
