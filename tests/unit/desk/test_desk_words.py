"""What pages say of times and of reporters: true on any day, and sensible when nothing is known."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gardefou.app.demo.accounts import NAMED
from gardefou.app.demo.network import ROSTERS
from gardefou.clock import HOUR, MINUTE, from_iso
from gardefou.desk import labels
from gardefou.desk.became import became
from gardefou.desk.case_view import reach_words
from gardefou.desk.frame import detail
from gardefou.desk.order_clock import order_clock
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.reports.priority import Weighed
from gardefou.reports.view import CaseView
from gardefou.staff.methods import Method
from gardefou.staff.sessions import SignedIn
from gardefou.words import speak

NOW = from_iso("2017-11-02T18:00:00Z")
ME = SignedIn(
    person_id=1,
    name="Reviewer 12",
    locale="en",
    roles=frozenset({"reviewer"}),
    team="North",
    employer="Network Inc.",
    on_shift_until=NOW + 4 * HOUR,
    engagement_ends=None,
    is_last_day=False,
    session_id=1,
    session_ends=NOW + HOUR,
    method=Method.LINK,
    stepped_up_at=None,
    renew=False,
)


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("en", 4, "on shift until 22:00"),
        ("en", 12, "on shift until 06:00"),
        ("en", 44, "on shift until Sat 4 Nov, 14:00"),
        ("fr", 4, "en service jusqu’à 22:00"),
        ("fr", 44, "en service jusqu’au sam. 4 nov., 14:00"),
    ],
)
def test_a_shift_that_ends_on_another_day_says_which(language: str, hours: int, said: str) -> None:
    with speak(language):
        assert detail(replace(ME, on_shift_until=NOW + hours * HOUR), NOW).endswith(said)


def order(**fields: Any) -> Order:
    """Return what the clock looks at of an order."""
    none = {"approve_by": None, "effect_at": None, "lift_at": None, "in_effect": False, "held_from": NOW}
    return cast("Order", SimpleNamespace(**none | fields))


@pytest.mark.parametrize(
    ("of", "words", "said"),
    [
        (
            order(state=State.HELD, effect_at=NOW + 10 * MINUTE),
            "until it takes effect, at 18:10:00",
            "1 minute left before it takes effect.",
        ),
        (
            order(state=State.HELD, effect_at=NOW + 44 * HOUR),
            "until it takes effect, Sat 4 Nov, 14:00",
            "1 minute left before it takes effect.",
        ),
        (
            order(state=State.WAITING, approve_by=NOW + HOUR),
            "to find 2 people, then it is void",
            "1 minute left, then it is void.",
        ),
        (
            order(state=State.EXECUTED, in_effect=True, lift_at=NOW + HOUR),
            "until it lifts by itself, at 19:00",
            "1 minute left, then it lifts by itself.",
        ),
    ],
    ids=["held", "set for another day", "waiting", "in effect"],
)
def test_a_clock_says_what_it_runs_to_and_speaks_at_five_two_and_one(of: Order, words: str, said: str) -> None:
    clock = order_clock(of, 2, NOW)
    assert clock is not None
    assert clock.words == words
    assert [minutes for minutes, _said in clock.say] == [5, 2, 1]
    assert clock.say[-1][1] == said


def test_nothing_runs_for_an_order_that_is_over() -> None:
    assert order_clock(order(state=State.VOID), 0, NOW) is None


def test_an_order_set_for_another_day_says_so_in_a_list() -> None:
    held = order(state=State.HELD, effect_at=NOW + 44 * HOUR)
    assert became(cast("Any", None), held, {}) == "Held. Takes effect Sat 4 Nov, 14:00."


@pytest.mark.parametrize(
    ("newcomers", "upheld", "rejected", "said"),
    [
        (216, 0, 0, "They weigh as 22: all their 216 authors report for the first time."),
        (200, 0, 0, "They weigh as 22: of their 216 authors, nothing was decided before."),
        (200, 0, 3, "They weigh as 22: of 3 earlier cases of their authors, 0 held."),
        (200, 0, 100, "They weigh as 22: the 16 authors who reported before were right 0 times in 100."),
        (0, 4, 96, "They weigh as 22: their authors were right 4 times in 100."),
    ],
)
def test_reporters_of_whom_little_is_known_are_not_given_a_rate(
    newcomers: int, upheld: int, rejected: int, said: str
) -> None:
    who = Weighed(
        reporters=216,
        newcomers=newcomers,
        proven=25,
        proven_weight=21_000,
        others_weight=5_000,
        right_before=upheld,
        wrong_before=rejected,
    )
    assert reach_words(cast("CaseView", SimpleNamespace(case=SimpleNamespace(who=who)))) == said


def test_what_reporters_weigh_is_said_as_in_the_sum_below_it() -> None:
    who = Weighed(reporters=6, others_weight=750)
    said = reach_words(cast("CaseView", SimpleNamespace(case=SimpleNamespace(who=who))))
    assert said == "They weigh as 0.75: of their 6 authors, nothing was decided before."


def test_the_offices_of_the_demo_are_said_in_the_readers_language_and_others_as_listed() -> None:
    ours = {
        "head of state",
        *(extra.office for extra in NAMED if extra.office),
        *(office for _, _, office, _ in ROSTERS),
    }
    with speak("en"):
        english = {office: labels.office(office) for office in ours}
    with speak("fr"):
        french = {office: labels.office(office) for office in ours}
        assert labels.office("Mayor of Exemplar") == "Mayor of Exemplar"
    assert all(english[office] != french[office] for office in ours)
    assert french["head of state"] == "chef d’État"
