"""Claims about reading on PostgreSQL: a third of the floor's throughput, and a home that costs what is read of it.

The floor is a server in the same run that asks its database the very same statements with bare psycopg, and answers
bytes made beforehand. Both are one process, asked over 32 connections that stay open; they take turns. The crowd has
one account with 36,000 posts and a million followers (41.7 million with FULL=1), and 5,000 members who say things.
"""

import pickle
import statistics
import sys
from collections.abc import Sequence

from bench.crowd import Crowd
from bench.floor_server import Spec
from bench.harness import FULL, Measured, against_floor, below_limit, folder, report, server, shown
from bench.load import Asked, ask, request
from bench.serving import Statement, asked_for, free_port, house_serving, serving
from gardefou.app.found import found_house
from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.storage import Database, open_database

FOLLOWERS = 41_700_000 if FULL else 1_000_000
SAID, POSTS_EACH = 5_000, 20
FOLLOWED = (10, 200, 1_000, 5_000)
REPEATS = 9 if FULL else 5
REQUESTS = 3_000 if FULL else 1_500
CONNECTIONS = 32
TOKENS = 120


class Town:
    """Who is there.

    Attributes:
        many: the account with many posts and followers.
        readers: how many they follow → their account.
    """

    def __init__(self, db: Database, *, followers: int) -> None:
        """Fill it."""
        crowd = Crowd(db)
        count = max(followers, SAID)
        self.many, self.readers = count, {number: count - 1 - place for place, number in enumerate(FOLLOWED)}
        crowd.members(count)
        crowd.followers(self.many, count - 10)
        for number, reader in self.readers.items():
            crowd.follow(reader, number)
        crowd.posts(f"CASE WHEN n % 4 = 0 THEN {self.many} ELSE n % {SAID} + 1 END", 4 * 36_000)
        crowd.analyze()
        self.tokens = {number: crowd.tokens([reader] * TOKENS) for number, reader in self.readers.items()}

    @property
    def pages(self) -> dict[str, tuple[str, list[str]]]:
        """What is read: words → its path, and the tokens it is read with by turns."""
        mine = self.tokens[200]
        return {
            f"statuses of an account with {FOLLOWERS:,} followers": (f"/api/v1/accounts/{self.many}/statuses", mine),
            "home timeline, 200 followed": ("/api/v1/timelines/home", mine),
            "public profile page": (f"/@member{self.many}", []),
        }


def questions(path: str, tokens: Sequence[str], count: int) -> list[bytes]:
    """Return so many questions for a path, each with one of the tokens by turns."""
    return [request(path, tokens[number % len(tokens)] if tokens else "") for number in range(count)]


def p99(each: Sequence[float]) -> float:
    """Return what 99 in 100 stay under."""
    return statistics.quantiles(each, n=100)[98]


def measure() -> list[Measured]:
    """Measure on PostgreSQL."""
    with server("postgresql") as new_url, folder() as data:
        url = new_url()
        settings = Settings(data=str(data), database=url)
        found_house(settings)
        db = open_database(url)
        town = Town(db, followers=FOLLOWERS)
        paths = asked_of(db, settings, town)
        db.close()
        spec = data / "floor.pickle"
        spec.write_bytes(pickle.dumps(Spec(url.replace("postgresql+psycopg://", "postgresql://"), paths)))
        floor_port = free_port()
        floor = [sys.executable, "-m", "bench.floor_server", str(floor_port), str(spec)]
        with house_serving(data, url) as (port, _pid), serving(floor, floor_port):
            rows = [
                row
                for what, (path, tokens) in town.pages.items()
                for row in throughput(
                    f"{what}, {sum(map(len, paths[path][0]))} statements", path, tokens, port, floor_port
                )
            ]
            return rows + home_by_followed(town, port)


def asked_of(db: Database, settings: Settings, town: Town) -> dict[str, tuple[list[list[Statement]], bytes]]:
    """Return what each page asks the database, by transaction, and the page."""
    app = create_app(house_on(db, settings))
    return {
        path: asked_for(db, app, path, {"authorization": f"Bearer {tokens[0]}"} if tokens else {})
        for path, tokens in town.pages.values()
    }


def throughput(what: str, path: str, tokens: Sequence[str], port: int, floor_port: int) -> list[Measured]:
    """Ask ours and the floor by turns."""
    ours: list[Asked] = []
    floors: list[Asked] = []
    todo = questions(path, tokens, REQUESTS)
    for where in (port, floor_port):
        ask(where, todo[:200], connections=CONNECTIONS)
    for _ in range(REPEATS):
        ours.append(ask(port, todo, connections=CONNECTIONS))
        floors.append(ask(floor_port, todo, connections=CONNECTIONS))
    slow = [p99(one.each) / statistics.median(one.each) for one in ours]
    return [
        against_floor(what, [one.rate for one in ours], [one.rate for one in floors], unit="/s", at_least=1 / 3),
        below_limit(f"{what}: p99 over median", slow, unit="times", limit=10),
    ]


def home_by_followed(town: Town, port: int) -> list[Measured]:
    """Show what a home costs by how many its reader follows, against ten."""
    took: dict[int, list[float]] = {number: [] for number in FOLLOWED}
    for _ in range(REPEATS):
        for number in FOLLOWED:
            asked = ask(port, questions("/api/v1/timelines/home", town.tokens[number], 100), connections=1)
            took[number].append(1000 * statistics.median(asked.each))
    return [
        shown(f"home, {number:,} followed (beside: 10), one at a time", took[number], unit="ms", floors=took[10])
        for number in FOLLOWED[1:]
    ]


def main() -> None:
    """Measure on PostgreSQL."""
    report("reading", measure())


if __name__ == "__main__":
    main()
