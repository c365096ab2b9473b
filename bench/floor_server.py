"""The floor under reading: a server that runs the same statements with bare psycopg, and answers ready-made bytes.

`python -m bench.floor_server PORT SPEC`: the file SPEC is a pickled `Spec` that the bench wrote a moment before.
"""

import asyncio
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import uvicorn

THREADS = 32


@dataclass(frozen=True, slots=True)
class Spec:
    """What the floor does for each path.

    Attributes:
        dsn: where the database is.
        paths: path → its transactions, each a list of statements with their values; and the bytes it answers.
    """

    dsn: str
    paths: dict[str, tuple[list[list[tuple[str, Any]]], bytes]]


class Floor:
    """The application."""

    def __init__(self, spec: Spec) -> None:
        """Know what to do."""
        self._spec = spec
        self._pool = ThreadPoolExecutor(THREADS)
        self._own = threading.local()

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Answer."""
        if scope["type"] != "http":
            return
        transactions, body = self._spec.paths[scope["path"]]
        await asyncio.get_running_loop().run_in_executor(self._pool, self._run, transactions)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _run(self, transactions: list[list[tuple[str, Any]]]) -> None:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = psycopg.connect(self._spec.dsn)
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for statements in transactions:
            for statement, values in statements:
                connection.execute(statement, values).fetchall()
            connection.rollback()


def main() -> None:
    """Serve until told to stop."""
    spec = pickle.loads(Path(sys.argv[2]).read_bytes())  # noqa: S301  # the bench wrote it a moment ago
    uvicorn.run(Floor(spec), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)


if __name__ == "__main__":
    main()
