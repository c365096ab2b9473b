"""A challenge is good once: of several who answer it in one instant one is heard, and the others are told why not."""

import pytest

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.staff import challenges
from gardefou.staff.errors import BadAssertionError
from gardefou.storage import Database
from tests.factories.racing import race

KEY = b"k" * 32


def spend(db: Database, clock: SimulatedClock, answered: bytes, purpose: str = challenges.SIGN_IN) -> str:
    with db.transaction() as tx:
        challenges.spend(tx, key=KEY, now=clock.now(), purpose=purpose, answered=answered)
    return "heard"


@pytest.mark.promise(4)
def test_of_several_answers_at_once_one_is_heard_and_the_others_are_refused(
    db: Database, clock: SimulatedClock
) -> None:
    asked = challenges.ask(key=KEY, now=clock.now(), purpose=challenges.SIGN_IN)
    found = race(*[lambda: spend(db, clock, asked)] * 4)
    assert [one for one in found if not isinstance(one, BadAssertionError)] == ["heard"]
    assert {one.why for one in found if isinstance(one, BadAssertionError)} == {"challenge"}
    with pytest.raises(BadAssertionError):
        spend(db, clock, asked)


def test_what_was_asked_for_something_else_or_long_ago_is_no_answer(db: Database, clock: SimulatedClock) -> None:
    asked = challenges.ask(key=KEY, now=clock.now(), purpose=challenges.SIGN_IN)
    for wrong in (b"", asked[:-1], asked[:-1] + bytes([asked[-1] ^ 1])):
        with pytest.raises(BadAssertionError):
            spend(db, clock, wrong)
    with pytest.raises(BadAssertionError):
        spend(db, clock, asked, challenges.ENROL)
    clock.advance(5 * MINUTE)
    with pytest.raises(BadAssertionError):
        spend(db, clock, asked)
