"""`kill -9` of the server, the worker and PostgreSQL, at moments nobody chose, while a storm of reports comes in.

The clients send each report once, and remember which were answered with success: all of those are there in the end,
none twice, and every sum agrees with the rows it is of. `tests/journeys/test_kill_the_house.py` does so to orders.
By default each thing is killed once; with FULL=1 a hundred are, on each database.
"""

import time
from random import Random, SystemRandom

import pytest
from sqlalchemy import make_url

from gardefou.app.settings import Settings
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.watch.audit import audit
from tests.conftest import FULL
from tests.factories.published import all_is_published
from tests.factories.struck import Struck
from tests.factories.tallied import tally

#: What is killed, on each database; the worker dies with whatever does, every other time.
VICTIMS = {"sqlite": ("server", "server"), "postgresql": ("server", "connection", "postgresql")}
KILLS = 100
#: How long after a kill everything is as before, seconds: a server that starts, PostgreSQL that mends itself.
RECOVERS_WITHIN = 45.0


def strike(struck: Struck, victim: str, chance: Random) -> None:
    """Kill something, and start it again."""
    if victim == "server":
        struck.processes.kill("serve")
        struck.processes.start("serve")
        return
    assert struck.server is not None
    if victim == "connection":
        # PostgreSQL throws everybody out, and mends itself; nothing of ours is started again.
        assert struck.server.kill_backend(chance, str(make_url(struck.database).database))
        return
    struck.server.kill()
    time.sleep(chance.uniform(0, 0.3))
    struck.server.start()


def victims(struck: Struck, chance: Random) -> list[str]:
    """Return what is killed, in which order."""
    known = VICTIMS["sqlite" if struck.server is None else "postgresql"]
    found = [*known, *(chance.choice(known) for _ in range(KILLS - len(known)))] if FULL else list(known)
    chance.shuffle(found)
    return found


@pytest.mark.promise(9)
@pytest.mark.promise(17)
def test_what_was_answered_with_success_is_there_once_whatever_was_killed(struck: Struck) -> None:
    seed = SystemRandom().randrange(1_000_000)
    print(f"\nseed {seed}")  # noqa: T201  # shown where the test fails
    chance = Random(seed)  # noqa: S311  # moments, not secrets
    struck.processes.start("worker")
    with struck.storm() as storm:
        for number, victim in enumerate(victims(struck, chance)):
            storm.more(within=RECOVERS_WITHIN)
            time.sleep(chance.uniform(0, 0.6))
            if number % 2 == 0:
                struck.processes.kill("worker")
            strike(struck, victim, chance)
            storm.more(within=RECOVERS_WITHIN)
            if number % 2 == 0:
                struck.processes.start("worker")
    print(f"{storm.sent} sent, {len(storm.kept)} kept, answers {dict(storm.answers)}, slowest {storm.slowest:.1f} s")  # noqa: T201
    assert storm.hung == []
    assert storm.without_a_word == 0
    assert set(storm.answers) <= {200, 503}
    settings = Settings(data=str(struck.processes.folder))
    with struck.opened() as db:
        assert tally(db, storm) == []
        with db.reading() as tx:
            assert audit(tx, platform=EmbeddedPlatform()) is None
        struck.processes.wait_until(lambda: all_is_published(settings, db), within=90)
