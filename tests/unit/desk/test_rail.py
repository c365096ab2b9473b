"""The rail tells an order's true state: solid is counted, hollow is open, hatched was spent for nothing."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from gardefou.app import pages
from gardefou.clock import HOUR, MINUTE, SECOND, from_iso
from gardefou.desk import gallery
from gardefou.desk.order_rail import OrderFacts, Seat, Signature, order_rail
from gardefou.desk.rail import RailItem, plan_rail
from gardefou.guard.rules import Place, Plan
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State, VoidBecause
from gardefou.words import speak

PROPOSED = from_iso("2017-11-02T18:52:11Z")
HELD_FROM = from_iso("2017-11-02T19:03:14Z")
HOLD = 10 * MINUTE
REVIEWER = Place(role="reviewer")
MANAGER = Place(role="duty manager", other="team")
PLAN = Plan(
    rules=("silence-critical",),
    propose=(("silence-critical", ("reviewer",)),),
    places=(REVIEWER, MANAGER),
    hold=HOLD,
    approve_within=2 * HOUR,
    execute_within=30 * MINUTE,
    needs=frozenset(),
)
SIGNED = Signature(who="Reviewer 19", more="Team North", at=from_iso("2017-11-02T18:58:04Z"))
MANAGED = Signature(who="Duty manager 4", at=from_iso("2017-11-02T19:03:12Z"))


def waiting() -> OrderFacts:
    return OrderFacts(
        kind=Kind.ACCOUNT_HIDE,
        state=State.WAITING,
        proposer=Signature(who="Reviewer 12", at=PROPOSED),
        seats=(Seat(place=REVIEWER, signed=SIGNED), Seat(place=MANAGER, could=2)),
        hold=HOLD,
        effect="41.7 million followers read a sentence",
        now=from_iso("2017-11-02T18:58:09Z"),
    )


def held() -> OrderFacts:
    return replace(
        waiting(),
        state=State.HELD,
        seats=(Seat(place=REVIEWER, signed=SIGNED), Seat(place=MANAGER, signed=MANAGED)),
        held_from=HELD_FROM,
        now=HELD_FROM + 192 * SECOND,
    )


def states(facts: OrderFacts) -> list[str]:
    return [item.state for item in order_rail(facts).items]


def test_a_waiting_order_is_solid_where_signed_and_hollow_where_open() -> None:
    rail = order_rail(waiting())
    assert [item.state for item in rail.items] == ["filled", "filled", "open", "open"]
    assert [item.current for item in rail.items] == [False, False, True, False]
    assert rail.label == "Waiting: 1 of 2 people have signed."
    assert rail.items[2].detail == "Place open. Must be of another team than the others. 2 on shift could fill it."
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title) == ("fall", "Not before 19:08")


def test_an_open_place_that_waits_for_the_reader_says_so() -> None:
    facts = replace(waiting(), seats=(Seat(place=MANAGER, yours=True),))
    assert order_rail(facts).items[1].detail.endswith("It waits for you.")


def test_a_held_order_says_how_long_is_left_and_that_it_can_be_stopped() -> None:
    rail = order_rail(held())
    hold = rail.items[-1]
    assert (hold.state, hold.done, hold.left, hold.until) == ("running", 192 * SECOND, 408 * SECOND, HELD_FROM + HOLD)
    assert rail.label == "Held: 2 of 2 people have signed, 6 minutes 48 left, anyone eligible can stop it."
    assert rail.brief == "6:48 left"
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title) == ("fall", "19:13:14")


def test_a_hold_is_never_drawn_past_its_end() -> None:
    late = order_rail(replace(held(), now=HELD_FROM + 2 * HOLD)).items[-1]
    assert (late.done, late.left) == (HOLD, 0)


def test_an_order_set_for_later_than_its_hold_ends_at_the_set_time() -> None:
    later = replace(held(), set_for=HELD_FROM + HOUR)
    rail = order_rail(later)
    assert rail.end is not None
    assert rail.end.title == "20:03:14"
    assert rail.brief == "56:48 left"
    assert "56 minutes 48 left" in rail.label
    assert (rail.items[-1].state, rail.items[-1].left) == ("running", 408 * SECOND)
    waited = order_rail(replace(later, now=HELD_FROM + HOLD + MINUTE)).items[-1]
    assert (waited.state, waited.title) == ("filled", "Held 10:00")
    assert waited.detail == "Until the set time one veto still stops it"
    tomorrow = order_rail(replace(held(), set_for=HELD_FROM + 44 * HOUR)).end
    assert tomorrow is not None
    assert tomorrow.title == "Sat 4 Nov, 15:03"
    unsigned = order_rail(replace(waiting(), set_for=HELD_FROM + HOUR)).end
    assert unsigned is not None
    assert unsigned.title == "Not before 20:03"


def test_a_veto_hatches_what_was_signed_and_stands_where_it_fell() -> None:
    facts = replace(held(), state=State.VOID, because=VoidBecause.VETOED, ended_at=HELD_FROM + 192 * SECOND)
    rail = order_rail(replace(facts, now=HELD_FROM + HOUR))
    assert [item.state for item in rail.items] == ["void", "void", "void", "stopped"]
    assert rail.items[-1].stopped_at == 32
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title) == ("stays", "Page stays up")


def test_a_veto_before_the_hold_stands_at_the_first_open_place() -> None:
    facts = replace(waiting(), state=State.VOID, because=VoidBecause.VETOED, ended_by="Duty manager 2")
    assert states(facts) == ["void", "void", "stopped", "unused"]


def test_a_stale_order_is_void_and_uses_nothing_more() -> None:
    facts = replace(waiting(), state=State.VOID, because=VoidBecause.STALE, why="version 14 is now 15")
    rail = order_rail(facts)
    assert [item.state for item in rail.items] == ["void", "void", "unused", "unused"]
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title, rail.end.detail) == ("stays", "Void", "version 14 is now 15")
    assert rail.label == "Void: 1 of 2 people have signed. Nothing was done."


def test_a_refused_attempt_is_stopped_at_the_hand_and_says_that_nothing_changed() -> None:
    rail = order_rail(replace(waiting(), state=State.REFUSED, seats=(Seat(place=REVIEWER), Seat(place=MANAGER))))
    assert [item.state for item in rail.items] == ["stopped", "open", "open", "open"]
    assert rail.label == "Refused. Nothing has changed."


@pytest.mark.parametrize(
    ("unsure", "end", "title"), [(False, "fall", "Page gone"), (True, "unsure", "Unsure")], ids=["confirmed", "unsure"]
)
def test_what_is_not_confirmed_is_never_shown_as_done(*, unsure: bool, end: str, title: str) -> None:
    facts = replace(held(), state=State.EXECUTED, effect_at=HELD_FROM + HOLD, now=HELD_FROM + HOUR, unsure=unsure)
    rail = order_rail(facts)
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title) == (end, title)
    assert rail.items[-1].state == "filled"


def test_a_restored_page_says_how_long_it_was_gone() -> None:
    fell = HELD_FROM + HOLD
    facts = replace(held(), state=State.REVERSED, effect_at=fell, ended_at=fell + 41 * SECOND, ended_by="Reviewer 7")
    rail = order_rail(facts)
    assert rail.end is not None
    assert (rail.end.kind, rail.end.title, rail.end.detail) == ("back", "Back after 0:41", "by Reviewer 7")
    assert [item.state for item in rail.items] == ["filled"] * 4


def test_one_step_of_one_person_is_one_length() -> None:
    facts = replace(waiting(), state=State.EXECUTED, seats=(), hold=0, effect_at=PROPOSED)
    assert [item.title for item in order_rail(facts).items] == ["Reviewer 12"]


def test_restoring_does_not_end_in_a_drop() -> None:
    facts = replace(waiting(), kind=Kind.ACCOUNT_RESTORE, state=State.EXECUTED, effect_at=PROPOSED)
    rail = order_rail(facts)
    assert rail.end is not None
    assert rail.end.kind == "back"


def test_a_plan_shows_the_reader_as_the_first_hand() -> None:
    rail = plan_rail(PLAN, you=True)
    assert [(item.title, item.detail) for item in rail.items] == [
        ("You", "propose"),
        ("1 reviewer", "not you"),
        ("1 duty manager", "another team"),
        ("Hold 10 min", "then the effect"),
    ]
    assert rail.brief == "2 more people, 10 min"


def test_a_plan_that_is_not_for_the_reader_stops_at_the_reader() -> None:
    rail = plan_rail(PLAN, you=False, why="You are an agent.", kind=Kind.ACCOUNT_HIDE)
    assert (rail.items[0].state, rail.items[0].title, rail.items[0].detail) == (
        "stopped",
        "A reviewer proposes",
        "You are an agent.",
    )
    assert rail.items[1].title == "1 more reviewer"
    assert rail.end is not None
    assert rail.end.kind == "fall"


@pytest.mark.parametrize(("hold", "parts"), [(10 * MINUTE, 10), (HOUR, 30), (24 * HOUR, 24), (30 * SECOND, 0)])
def test_ticks_stay_far_enough_apart_to_be_told_apart(hold: int, parts: int) -> None:
    assert RailItem(kind="hold", state="open", title="Hold", whole=hold).parts == parts


class Tags(HTMLParser):
    """Collects the tags of a page, and what may not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        self.tags.append(tag)
        self.inline += [f"{tag} {name}" for name, _value in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_is_drawn_without_inline_style_or_script(language: str) -> None:
    source = (
        '{% from "rail.html" import rail, rail_line %}'
        "{% for state, way, r in rails %}{{ rail(r) }}{{ rail(r, 'normal') }}{{ rail_line(r) }}{% endfor %}"
    )
    with speak(language):
        drawn = gallery.rails()
        html = pages.engine(demo="").engine.from_string(source).render(rails=drawn)
    tags = Tags()
    tags.feed(html)
    assert tags.inline == []
    assert "style" not in tags.tags
    assert "script" not in tags.tags
    assert tags.tags.count("ol") == 2 * len(drawn)
    assert "{left}" not in html


def test_names_are_escaped_where_a_rail_is_drawn() -> None:
    facts = replace(held(), proposer=Signature(who="<b>Reviewer</b>", at=PROPOSED))
    engine = pages.engine(demo="").engine
    html = engine.from_string('{% from "rail.html" import rail %}{{ rail(r) }}').render(r=order_rail(facts))
    assert "<b>Reviewer</b>" not in html
    assert "&lt;b&gt;Reviewer&lt;/b&gt;" in html
    assert f'<span data-until="{HELD_FROM + HOLD}">6:48</span>' in html
