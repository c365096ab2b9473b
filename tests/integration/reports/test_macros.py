"""Templates: both languages, the same variables, and used only where every variable is filled."""

import threading

import pytest

from gardefou.clock import SimulatedClock
from gardefou.reports.errors import MacroError, UnfilledError, WorkerError
from gardefou.reports.macros import drop_macro, fill, keep_macro, macros, read_macro
from gardefou.storage import Database
from tests.factories.racing import race, until_somebody_waits
from tests.factories.town import Town, found_town

EN, FR = "{account} is {category}: {text}", "{account}, {category} : {text}"


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


def keep(town: Town, who: str = "manager north", **more: object) -> int:
    values = {"name": "Spam", "en": EN, "fr": FR, **more}
    with town.db.transaction() as tx:
        return keep_macro(tx, actor=town.people[who], now=town.now, **values)  # type: ignore[arg-type]  # each test spoils one of them


def test_a_template_says_what_it_is_filled_with_in_the_readers_language(town: Town) -> None:
    macro_id = keep(town)
    with town.db.reading() as tx:
        found = read_macro(tx, macro_id)
    values = {"account": "@{text}", "category": "spam", "text": "see {account}"}
    assert fill(found, language="fr", values=values) == "@{text}, spam : see {account}"
    with pytest.raises(UnfilledError, match=r"“Spam” needs \{category\}, your comment\."):
        fill(found, language="en", values={"account": "@a", "category": "  "})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "a name of 1 to 60"),
        ({"fr": ""}, "both languages"),
        ({"fr": "{account}"}, "same variables"),
        ({"en": "{account} {owner}"}, "“{owner}” is no variable"),
        ({"en": EN + "{"}, "is no variable"),
        ({"en": "x" * 1501}, "at most 1,500"),
    ],
)
def test_a_template_that_could_not_be_used_is_not_kept(town: Town, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(MacroError, match=said):
        keep(town, **wrong)


def test_no_two_templates_have_one_name_and_one_may_keep_its_own(town: Town) -> None:
    macro_id = keep(town)
    assert keep(town, macro_id=macro_id, en=EN + "!") == macro_id
    with pytest.raises(MacroError, match="called “SPAM” already"):
        keep(town, name="SPAM")


@pytest.mark.parametrize("anew", [False, True])
def test_of_those_who_write_one_name_at_once_one_keeps_it_and_the_other_is_told(town: Town, *, anew: bool) -> None:
    other = keep(town, name="Other") if anew else None
    looked = threading.Event()

    def first() -> int:
        with town.db.transaction() as tx:
            kept = keep_macro(tx, actor=town.people["manager north"], now=town.now, name="Spam", en=EN, fr=FR)
            looked.set()
            if tx.dialect == "postgresql":
                until_somebody_waits(tx)
            return kept

    def second() -> int:
        assert looked.wait(10)
        return keep(town, who="administrator", name="SPAM", macro_id=other)

    kept, told = race(first, second)
    assert isinstance(told, MacroError)
    assert told.message == "There is a template called “SPAM” already."
    with town.db.reading() as tx:
        assert [(one.id, one.name) for one in macros(tx) if one.id != other] == [(kept, "Spam")]


def test_only_duty_managers_and_administrators_keep_templates(town: Town) -> None:
    macro_id = keep(town, who="administrator")
    for who in ("agent", "reviewer 1", "auditor"):
        with pytest.raises(WorkerError):
            keep(town, who=who, name="Other")
        with pytest.raises(WorkerError), town.db.transaction() as tx:
            drop_macro(tx, actor=town.people[who], now=town.now, macro_id=macro_id)
    with town.db.transaction() as tx:
        drop_macro(tx, actor=town.people["manager north"], now=town.now, macro_id=macro_id)
        assert macros(tx) == []
