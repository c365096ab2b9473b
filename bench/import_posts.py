"""Claim: importing posts reaches a third of the rows per second of a bare `executemany` of the same rows.

The floor is the driver's own `executemany` into the same table, indexes and all, of rows that are ready in memory, in
one transaction. Ours reads a gzipped CSV, checks each row, undoes entities, makes ids, looks for what is known, and
commits in pieces. The posts are the real ones when they lie beside the checkout, made up in the same number and length
otherwise.
"""

import csv
import gzip
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bench.harness import FULL, KINDS, Measured, against_floor, alternate, folder, house, report, seconds, server
from gardefou.app.house import House
from gardefou.app.imports.accounts import Accounts
from gardefou.app.imports.posts import Posts
from gardefou.app.imports.run import Run
from gardefou.network.tables import net_account, net_post

REAL = Path(__file__).parents[2] / "shared" / "data" / "realdonaldtrump-tweets-2009-2018.csv.gz"
LAST_DAY = "2017-11-02"
ROWS = 32_299
HANDLE = "someone"

Row = Mapping[str, Any]


def write_posts(path: Path) -> int:
    """Write the posts to import and return how many there are."""
    with gzip.open(path, "wt", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(
            target, ["status_id", "created_at", "text", "favorite_count", "retweet_count", "lang"], lineterminator="\n"
        )
        writer.writeheader()
        rows = _real() if REAL.is_file() else _made_up()
        writer.writerows(rows)
    return len(rows)


def _real() -> list[Mapping[str, Any]]:
    kept = ("status_id", "created_at", "text", "favorite_count", "retweet_count", "lang")
    with gzip.open(REAL, "rt", encoding="utf-8", newline="\n") as file:
        # A few old posts hold a bare carriage return, which Python's reader would take for the end of the row.
        rows = csv.DictReader(line.rstrip("\r\n").replace("\r", " ") + "\n" for line in file)
        return [{name: row[name] for name in kept} for row in rows if row["created_at"][:10] <= LAST_DAY]


def _made_up() -> list[Mapping[str, Any]]:
    chance = random.Random(2017)
    words = ("page", "rail", "person", "evening", "a", "the", "and", "nobody", "reads", "this")
    return [
        {
            "status_id": 1_000_000 + number,
            "created_at": f"20{9 + number * 8 // ROWS:02}-{1 + number % 12:02}-{1 + number % 28:02}T12:00:00Z",
            "text": " ".join(chance.choices(words, k=20)),
            "favorite_count": chance.randrange(100_000),
            "retweet_count": chance.randrange(50_000),
            "lang": "en",
        }
        for number in range(ROWS)
    ]


def ours(new_url: Callable[[], str], posts: Path, count: int) -> float:
    """Return the rows per second of the import."""
    with house(new_url()) as home:
        return count / _import(home, posts)


def floor(new_url: Callable[[], str], account: Row, rows: Sequence[Row]) -> float:
    """Return the rows per second of the driver alone."""
    url = new_url()
    with house(url) as home:
        engine = home.db.engine
        with home.db.transaction() as tx:
            tx.execute(insert(net_account), [account])
        statement = insert(net_post).compile(dialect=engine.dialect, column_keys=list(rows[0]))
        values: Any = [[row[name] for name in statement.positiontup] for row in rows] if statement.positiontup else rows
        with engine.connect() as connection:
            connection.begin()

            def bare() -> None:
                connection.connection.cursor().executemany(str(statement), values)
                connection.commit()

            return len(rows) / seconds(bare)


def rows_of(new_url: Callable[[], str], posts: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Import once, and return the account's row and the posts' as they came out."""
    with house(new_url()) as home:
        _import(home, posts)
        with home.db.reading() as tx:
            (account,) = [dict(row) for row in tx.all(select(net_account).where(net_account.c.handle == HANDLE))]
            rows = [dict(row) for row in tx.all(select(net_post).order_by(net_post.c.id))]
    return account, rows


def _import(home: House, posts: Path) -> float:
    account = posts.parent / "account.csv"
    account.write_text(f"id,handle,name,followers,posts,locale\n25073877,{HANDLE},Someone,10,0,en\n", "utf-8")
    Run(house=home, importer=Accounts(), path=account)()
    return seconds(Run(house=home, importer=Posts(account=HANDLE), path=posts))


def measure(kind: str) -> Measured:
    """Measure on one database."""
    with folder() as where, server(kind) as new_url:
        posts = where / "posts.csv.gz"
        count = write_posts(posts)
        account, rows = rows_of(new_url, posts)
        assert len(rows) == count
        mine, bare = alternate(
            lambda: ours(new_url, posts, count), lambda: floor(new_url, account, rows), repeats=9 if FULL else 5
        )
    return against_floor(f"import {count:,} posts, {kind}", mine, bare, unit="rows/s", at_least=1 / 3)


def main() -> None:
    """Measure on both databases."""
    report("import_posts", [measure(kind) for kind in KINDS])


if __name__ == "__main__":
    main()
