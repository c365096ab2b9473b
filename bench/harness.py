"""Measure claims about speed as ratios: ours against a floor, in the same run, several times, by the median.

Machines differ and are busy; a ratio to something simple that ran a moment before or after says more than seconds do.
What is measured alternates with its floor, so that a busy minute falls on both. Nothing here fails when a claim is
missed: the table says so, and a person judges.
"""

import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gardefou.app.found import found_house
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.clock import Clock
from gardefou.storage import open_database
from tests.conftest import Cluster

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
FULL = os.environ.get("FULL") == "1"
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One claim and what was found.

    Attributes:
        what: what was measured, on which database.
        unit: of `ours` and `floor`.
        ours: the median.
        floor: the median of what it is held against; None when the claim is absolute.
        ratio: ours to the floor, or ours to the limit when the claim is absolute.
        claim: what was promised, in words.
        met: whether it was.
        runs: every single measurement of ours.
        floors: and of the floor.
    """

    what: str
    unit: str
    ours: float
    floor: float | None
    ratio: float
    claim: str
    met: bool
    runs: Sequence[float] = field(default_factory=tuple)
    floors: Sequence[float] = field(default_factory=tuple)


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act took."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def alternate(
    first: Callable[[], float], second: Callable[[], float], *, repeats: int
) -> tuple[list[float], list[float]]:
    """Run two measurements by turns, each leading every other time."""
    ours, floors = [], []
    for number in range(repeats):
        if number % 2:
            floors.append(second())
            ours.append(first())
        else:
            ours.append(first())
            floors.append(second())
    return ours, floors


def against_floor(
    what: str,
    ours: Sequence[float],
    floors: Sequence[float],
    *,
    unit: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Measured:
    """Hold medians against each other, and the ratio against the claim."""
    mine, floor = statistics.median(ours), statistics.median(floors)
    ratio = mine / floor
    claim = f"at least {at_least:.2f} of the floor" if at_least is not None else f"at most {at_most:.2f} of the floor"
    met = ratio >= at_least if at_least is not None else at_most is not None and ratio <= at_most
    return Measured(
        what=what, unit=unit, ours=mine, floor=floor, ratio=ratio, claim=claim, met=met, runs=ours, floors=floors
    )


def below_limit(what: str, ours: Sequence[float], *, unit: str, limit: float) -> Measured:
    """Hold a median against a number that was promised."""
    met = statistics.median(ours) < limit
    return _against_limit(what, ours, unit=unit, limit=limit, claim=f"under {limit:g} {unit}", met=met)


def above_limit(what: str, ours: Sequence[float], *, unit: str, limit: float) -> Measured:
    """Hold a median against a number that must be reached."""
    met = statistics.median(ours) >= limit
    return _against_limit(what, ours, unit=unit, limit=limit, claim=f"at least {limit:g} {unit}", met=met)


def _against_limit(what: str, ours: Sequence[float], *, unit: str, limit: float, claim: str, met: bool) -> Measured:
    mine = statistics.median(ours)
    return Measured(what=what, unit=unit, ours=mine, floor=None, ratio=mine / limit, claim=claim, met=met, runs=ours)


def shown(what: str, ours: Sequence[float], *, unit: str, floors: Sequence[float] = ()) -> Measured:
    """Show a median, beside that of a floor where there is one; nothing was promised."""
    mine, floor = statistics.median(ours), statistics.median(floors) if floors else None
    return Measured(
        what=what,
        unit=unit,
        ours=mine,
        floor=floor,
        ratio=1 if floor is None else mine / floor,
        claim="shown, not promised",
        met=True,
        runs=ours,
        floors=floors,
    )


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own user may reach, and take it away afterwards."""
    path = Path(tempfile.mkdtemp(prefix="gardefou-bench-", dir="/tmp"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def server(kind: str) -> Iterator[Callable[[], str]]:
    """Give a maker of URLs of empty databases of one kind, as long as the server lives."""
    with folder() as path:
        if kind == "sqlite":
            numbers = iter(range(10_000))
            yield lambda: f"sqlite:///{path / f'{next(numbers)}.db'}"
            return
        cluster = Cluster(path, durable=True)
        try:
            yield lambda: cluster.url(cluster.create())
        finally:
            cluster.stop()


@contextmanager
def house(url: str, clock: Clock | None = None) -> Iterator[House]:
    """Found a house on an empty database and give it."""
    with folder() as path:
        settings = Settings(data=str(path), database=url)
        found_house(settings, clock=clock)
        db = open_database(url, node=1)
        try:
            yield house_on(db, settings, clock=clock)
        finally:
            db.close()


def report(name: str, measured: Sequence[Measured]) -> None:
    """Print the table and keep it as JSON in bench/results."""
    table = Table(title=name.replace("_", " "), title_justify="left")
    for heading in ("what", "ours", "floor", "ratio", "claim", ""):
        table.add_column(heading, justify="left" if heading in {"what", "claim", ""} else "right")
    for row in measured:
        floor = "" if row.floor is None else f"{row.floor:,.4g} {row.unit}"
        table.add_row(
            row.what,
            f"{row.ours:,.4g} {row.unit}",
            floor,
            f"{row.ratio:.2f}",
            row.claim,
            "met" if row.met else "MISSED",
        )
    Console(width=120).print(table)
    RESULTS.mkdir(exist_ok=True)
    content = {
        "name": name,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "measured": [asdict(row) for row in measured],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
