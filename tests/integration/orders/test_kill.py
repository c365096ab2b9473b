"""`kill -9` before every single statement of every step of an order's life, and before and after its commit.

A child process takes the step and kills itself at the chosen point, as a power cut would. Whatever the point, the
parent then finds the old state or the new one, whole, with its entry: `watch.audit` replays the record from the first
entry and compares it with every row and every standing.
"""

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import event

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.restore import restore
from gardefou.orders import queries
from gardefou.orders.approve import approve
from gardefou.orders.drive import drive
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.orders.veto import veto
from gardefou.storage import Database, Tx
from gardefou.storage.ids import Ids
from gardefou.watch.audit import audit
from tests.factories.town import Town, found_town

#: A step that survives this many points has been walked to its end; more would mean a step that never ends.
MOST_POINTS = 400
READING = ("SELECT", "PRAGMA", "BEGIN", "ROLLBACK", "SHOW")

#: Connections that a child inherits are its parent's: it neither uses nor closes them.
_PARENTS: list[object] = []

Act = Callable[[Tx, Town], object]


def _propose(tx: Tx, town: Town) -> object:
    posts = {"posts": [str(town.posts["president"][0])]}
    account = town.accounts["president"]
    return propose(
        tx,
        town.ports,
        actor=town.people["reviewer 1"],
        now=town.now,
        kind="account.hide",
        subject_id=account,
        reason="hate",
        evidence=posts,
    )


def _last(tx: Tx, town: Town) -> int:
    return queries.orders_of_account(tx, town.accounts["president"], limit=1)[0].id


def _approve(who: str) -> Act:
    def act(tx: Tx, town: Town) -> object:
        order = queries.order(tx, _last(tx, town))
        digest = order.digest.hex()
        return approve(tx, town.ports, actor=town.people[who], now=town.now, order_id=order.id, digest_hex=digest)

    return act


def _drive(tx: Tx, town: Town) -> object:
    return drive(tx, town.ports, now=town.now, order_id=_last(tx, town))


def _restore(tx: Tx, town: Town) -> object:
    account = town.accounts["president"]
    return restore(tx, town.ports, actor=town.people["agent"], now=town.now, subject_kind="account", subject_id=account)


def _veto(tx: Tx, town: Town) -> object:
    return veto(tx, town.ports, actor=town.people["agent"], now=town.now, order_id=_last(tx, town), why="Stop.")


def _tell(town: Town) -> None:
    with town.db.reading() as tx:
        order_id = _last(tx, town)
    town.tell_everyone(order_id)


def _wait(town: Town) -> None:
    town.clock.advance(10 * MINUTE)


#: The step, what comes between it and the one before, and the state it leads to.
LIFE: list[tuple[str, Callable[[Town], None], Act, State]] = [
    ("propose", lambda _: None, _propose, State.WAITING),
    ("approve", _tell, _approve("reviewer 2"), State.WAITING),
    ("approve and hold", lambda _: None, _approve("manager south"), State.HELD),
    ("execute", _wait, _drive, State.EXECUTED),
    ("restore", lambda _: None, _restore, State.EXECUTED),
]


def _child(town: Town, act: Act, point: int) -> None:
    """Take the step in a process of its own and die before its `point`-th writing statement; the commit is the last.

    The child opens connections of its own; what the parent has compiled it need not compile again.
    """
    _PARENTS.append(town.db.engine.pool)
    town.db.engine.dispose(close=False)
    db = Database(town.db.engine, Ids(os.getpid() % 4096), 1)
    seen = 0

    def count(*arguments: object) -> None:
        nonlocal seen
        if not str(arguments[2]).lstrip().upper().startswith(READING):
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

    def commit(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", count)
    event.listen(db.engine, "commit", commit)
    with db.transaction() as tx:
        act(tx, town)
    os.kill(os.getpid(), signal.SIGTERM)


def _rehearse(town: Town, act: Act) -> None:
    """Take the step and take it back: its statements are compiled from then on, and every child inherits that."""
    with suppress(_TakenBackError), town.db.transaction() as tx:
        act(tx, town)
        raise _TakenBackError


class _TakenBackError(Exception):
    """Nothing is to be kept."""


def _take(town: Town, act: Act, point: int) -> bool:
    """Let a child take the step; return whether it died on the way (the step has no such point otherwise)."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _child(town, act, point)
        except BaseException:  # noqa: BLE001  # a forked child must never return into pytest
            traceback.print_exc()
        finally:
            os._exit(70)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"the child ended by itself with {os.waitstatus_to_exitcode(status)}"
    return os.WTERMSIG(status) == signal.SIGKILL


def _seen(town: Town) -> tuple[list[tuple[str, str]], str]:
    """Return what a person would find now, the whole house being in order."""
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None
        found = queries.orders_of_account(tx, town.accounts["president"], limit=10)
        votes = [(str(len(queries.votes(tx, order.id))), order.state.value) for order in found]
    return votes, town.standing("president")


@pytest.mark.promise(9)
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_kill_minus_nine_at_every_point_leaves_the_old_state_or_the_new_one(
    db: Database, clock: SimulatedClock
) -> None:
    town = found_town(db, clock)
    points = 0
    for name, before, act, leads_to in LIFE:
        before(town)
        old = _seen(town)
        _rehearse(town, act)
        for point in range(1, MOST_POINTS):
            if not _take(town, act, point):
                break
            points += 1
            assert _seen(town) == old, f"{name}: killed at point {point}, something was left behind"
        new = _seen(town)
        assert new != old, f"{name}: the step that was let through did nothing"
        with town.db.reading() as tx:
            assert queries.order(tx, _last(tx, town)).state is leads_to
    assert points > len(LIFE) * 5


@pytest.mark.promise(13)
def test_kill_minus_nine_during_a_veto_leaves_it_held_or_void(db: Database, clock: SimulatedClock) -> None:
    town = found_town(db, clock)
    order_id = town.until_held().id
    _rehearse(town, _veto)
    for point in range(1, MOST_POINTS):
        if not _take(town, _veto, point):
            break
        assert town.read(order_id).state is State.HELD
        _seen(town)
    assert town.read(order_id).state is State.VOID
