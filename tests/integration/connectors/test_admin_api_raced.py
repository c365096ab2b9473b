"""Two moderating clients ask for the same at once: it happens once, and the other is told why it did not."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from gardefou.orders.lifecycle import State
from gardefou.orders.queries import in_effect
from tests.factories.everybody import Everybody
from tests.factories.racing import race
from tests.integration.connectors.test_admin_api import Moderator


def at_once(*asks: Callable[[], tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Ask at the same instant, and return what each was answered."""
    answered = [one for one in race(*asks) if isinstance(one, tuple)]
    assert len(answered) == len(asks)
    return answered


@pytest.mark.promise(1)
def test_two_who_hide_and_two_who_bring_back_at_once_do_it_once(house: Everybody) -> None:
    town, target = house.town, "anna"
    both = [Moderator(house, who, member="mayor") for who in ("agent", "reviewer 1")]
    hidden = at_once(*[partial(one.act, target, "suspend") for one in both])
    assert [status for status, _said in hidden].count(200) == 1, hidden
    (refused,) = [one for one in hidden if one[0] != 200]
    assert 400 <= refused[0] < 500
    assert refused[0] != 429
    assert refused[1]["error"]
    with town.db.reading() as tx:
        (done,) = in_effect(tx, "account", town.accounts[target])
    assert (done.state, town.standing(target)) == (State.EXECUTED, "hidden")
    back = at_once(*[partial(one.about, target, "unsuspend") for one in both])
    assert sorted(one[0] for one in back) in ([200, 403], [200, 422]), back
    assert all(said["error"] for status, said in back if status != 200)
    assert town.standing(target) == "active"
