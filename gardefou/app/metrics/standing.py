"""How the house stands, read when a Prometheus asks: two sums along an index, and a few rows by their keys."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool, func, literal_column, select

from gardefou.app.house import House
from gardefou.app.ledger_web import log_of
from gardefou.clock import DAY, SECOND
from gardefou.ledger.log import state as log_state
from gardefou.orders.lifecycle import OPEN, State
from gardefou.orders.tables import orders
from gardefou.reports.tables import cases
from gardefou.storage import Tx
from gardefou.storage.house import last_beat


class Standing(Collector):
    """Reads one house."""

    def __init__(self, house: House) -> None:
        """Remember the house; nothing is read before somebody asks."""
        self._house = house

    def describe(self) -> Iterator[Metric]:
        """Say nothing beforehand: to be registered reads no database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read everything at one instant."""
        now = self._house.clock.now()
        yield _value(
            CounterMetricFamily,
            "gardefou_reports_accepted",
            "Reports taken in since this process began, by whichever process.",
            self._house.fanout.filed,
        )
        yield from self._pool()
        with self._house.db.reading() as tx:
            yield from _cases(tx, now)
            yield from _orders(tx, now)
            beat, _stepped = last_beat(tx)
            log = log_state(tx, log_of(self._house.settings))
        if beat is not None:
            yield _value(
                GaugeMetricFamily,
                "gardefou_worker_heartbeat_age_seconds",
                "How long ago a worker last said that it is alive.",
                _seconds(now - beat),
            )
        yield _value(
            GaugeMetricFamily,
            "gardefou_ledger_unpublished_entries",
            "Entries of the record that are not published yet.",
            log.waiting,
        )
        yield _value(
            GaugeMetricFamily,
            "gardefou_ledger_lag_seconds",
            "How long the oldest of them has waited.",
            0 if log.since is None else _seconds(now - log.since),
        )

    def _pool(self) -> Iterator[Metric]:
        pool = self._house.db.engine.pool
        if isinstance(pool, QueuePool):
            yield _value(
                GaugeMetricFamily,
                "gardefou_database_connections_used",
                "Connections of this process to the database that are in use.",
                pool.checkedout(),
            )


def _cases(tx: Tx, now: int) -> Iterator[Metric]:
    rows = tx.all(
        select(
            cases.c.category,
            func.count().label("number"),
            func.count().filter(cases.c.due_at < now).label("late"),
            func.min(cases.c.opened_at).label("oldest"),
        )
        .where(cases.c.state == "open")
        .group_by(cases.c.category)
    )
    number = GaugeMetricFamily("gardefou_cases_open", "Cases that are open.", labels=("category",))
    late = GaugeMetricFamily(
        "gardefou_cases_past_due", "Open cases that are past their due time.", labels=("category",)
    )
    for row in rows:
        number.add_metric((row["category"],), row["number"])
        late.add_metric((row["category"],), row["late"])
    yield number
    yield late
    oldest = min((row["oldest"] for row in rows), default=now)
    yield _value(
        GaugeMetricFamily,
        "gardefou_cases_oldest_age_seconds",
        "How long the oldest open case has been open; nought without one.",
        _seconds(now - oldest),
    )


#: In these very words, by which a database sees that the index on open orders fits.
_OPEN = orders.c.state.in_([literal_column(f"'{state}'") for state in (State.WAITING, State.HELD)])


def _orders(tx: Tx, now: int) -> Iterator[Metric]:
    number = func.count().label("number")
    still = select(orders.c.state, number).where(_OPEN).group_by(orders.c.state)
    lately = select(orders.c.state, number).where(orders.c.proposed_at > now - DAY).group_by(orders.c.state)
    for name, about, asked, states in (
        ("gardefou_orders_open", "Orders that can still be stopped, by state.", still, sorted(OPEN)),
        ("gardefou_orders_day", "Orders proposed within 24 hours, by where they stand now.", lately, list(State)),
    ):
        found = {row["state"]: row["number"] for row in tx.all(asked)}
        told = GaugeMetricFamily(name, about, labels=("state",))
        for state in states:
            told.add_metric((state.value,), found.get(state.value, 0))
        yield told


def _value(
    kind: type[CounterMetricFamily] | type[GaugeMetricFamily], name: str, about: str, value: float
) -> CounterMetricFamily | GaugeMetricFamily:
    return kind(name, about, value=value)


def _seconds(micros: int) -> float:
    return max(0, micros) / SECOND
