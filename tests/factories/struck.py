"""A house that something happens to: its processes, its database, and everybody who asks it for something."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.crowd import Crowd
from gardefou.app.ledger_key import make_key
from gardefou.app.settings import Settings
from gardefou.clock import DAY, SimulatedClock, SystemClock, to_iso
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff import sessions
from gardefou.staff.collect_token import collect_token
from gardefou.staff.tokens import all_tokens
from gardefou.storage import Database, open_database
from gardefou.storage.errors import DatabaseUnreachableError
from gardefou.storage.migrate import upgrade
from tests.conftest import FULL
from tests.factories.killed import Killable
from tests.factories.served_by_processes import Processes
from tests.factories.storm import Storm
from tests.factories.town import found_town

#: Reporters, each of whom may send 400 reports a day, and 20 on one account; and whom they report.
REPORTERS, ACCOUNTS = (20_000 if FULL else 100), 20

#: How long a server that was killed may take to put its files in order, seconds.
BACK_WITHIN = 60.0


@dataclass(kw_only=True)
class Struck:
    """A house that something happens to.

    Attributes:
        processes: its server and worker.
        database: its database's URL.
        server: the PostgreSQL it lies in; None on SQLite.
        tokens: of members who report.
        accounts: whom they report.
        machine: the token of a platform that brings reports by the thousand.
        session: of somebody at the desk.
    """

    processes: Processes
    database: str
    server: Killable | None
    tokens: list[str]
    accounts: list[int]
    machine: str
    session: str

    @property
    def handles(self) -> list[str]:
        """What the accounts are called."""
        return [handle(number) for number in range(ACCOUNTS)]

    def storm(self, **more: float) -> Storm:
        """Return a storm of reports that begins when it is entered."""
        return Storm(port=self.processes.port, tokens=self.tokens, accounts=self.accounts, **more)  # type: ignore[arg-type]  # numbers

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Open the house's database beside its processes, once it is back where it was killed a moment ago."""
        db = _opened(self.database)
        try:
            yield db
        finally:
            db.close()


def _opened(url: str) -> Database:
    until = time.monotonic() + BACK_WITHIN
    while True:
        try:
            return open_database(url)
        except DatabaseUnreachableError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def handle(number: int) -> str:
    """Return what an account is called."""
    return f"reported{number}"


def founded(url: str, processes: Processes, server: Killable | None) -> Struck:
    """Found a house on an empty database, with a crowd that reports, a machine that does, and somebody at the desk."""
    make_key(Settings(data=str(processes.folder), database=url))
    db = open_database(url)
    try:
        upgrade(db)
        town = found_town(db, SimulatedClock(SystemClock().now()), founded=True)
        change = {"name": "platform", "scopes": "reports", "ends": to_iso(town.now + DAY)}
        asked = town.change("administrator", "token.issue", HOUSE_ID, **change).order
        town.approve("manager north", asked.id)
        reviewer = town.people["reviewer 1"]
        with db.transaction() as tx:
            token_id = all_tokens(tx)[0]["id"]
            machine = collect_token(tx, actor=town.people["administrator"], now=town.now, token_id=token_id)
            link = sessions.make_link(tx, actor=reviewer, now=town.now, person_id=int(reviewer.key))
            session = sessions.sign_in(tx, now=town.now, token=link)
        crowd = Crowd(db)
        crowd.members(REPORTERS)
        return Struck(
            processes=processes,
            database=url,
            server=server,
            tokens=crowd.tokens(range(1, REPORTERS + 1)),
            accounts=[crowd.account(handle(number)) for number in range(ACCOUNTS)],
            machine=machine,
            session=session,
        )
    finally:
        db.close()
