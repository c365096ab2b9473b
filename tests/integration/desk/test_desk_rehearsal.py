"""Before anyone signs other rules, the page shows the past under them: a picture with its table, in both languages."""

import re

import pytest

from gardefou.clock import SimulatedClock
from gardefou.desk import rehearsal
from gardefou.orders import rulebook
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.storage import Database
from gardefou.watch.rehearse import Fate, Rehearsal, Rehearsed, rehearse
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.town import Town, found_town
from tests.integration.desk.conftest import Visit

#: What differs between the databases is below the pages, and is tested there on both.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SLOWER = SHIPPED_TEXT.replace('hold = "10 min"', 'hold = "25 min"')


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town with a past: an ordinary account hidden, a critical one hidden after its hold, one refused."""
    made = found_town(db, clock, founded=True)
    made.a_past()
    return made


def proposed(town: Town, text: str) -> str:
    with town.db.transaction() as tx:
        book = town.ports.load_rulebook(text)
        rulebook.keep(tx, actor=town.people["administrator"], now=town.now, book=book, text=text)
    order = town.change("administrator", "rulebook.replace", HOUSE_ID, digest=book.digest.hex()).order
    return f"/desk/orders/{order.id}"


@on_one_database
@pytest.mark.promise(11)
def test_whoever_is_asked_to_sign_sees_the_past_under_the_new_rules(town: Town, visit: Visit) -> None:
    path = proposed(town, SLOWER)
    page = visit("auditor").get(path).text
    part = page[page.index('id="rehearsal"') : page.index("</section>", page.index('id="rehearsal"'))]
    assert "3 orders that took effect or were refused" in part
    assert "Older ones" not in part
    assert '<span>Hide</span><span class="second">As it was 2, Delayed 1</span>' in part
    assert "Delays: 15 min in the middle, 15 min at worst." in part.replace("\u00a0", " ")
    assert re.findall(r'<td class="num">(\d+)</td>', part) == ["2", "1", "0", "0", "0", "0"]
    assert "style=" not in part
    french = visit("auditor", language="fr").get(path).text
    assert "3 ordres exécutés ou refusés" in french
    assert "Le passé sous ce règlement" in french


@on_one_database
def test_the_past_is_decided_again_only_when_there_is_more_of_it(
    town: Town, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[int] = []
    whole = rehearse

    def counted(*asked: object, **more: object) -> Rehearsal:
        played.append(1)
        return whole(*asked, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(rehearsal, "rehearse", counted)
    path, browser = proposed(town, SLOWER), visit("auditor")
    for _time in range(3):
        assert "The past under these rules" in browser.get(f"{path}/live").text
    assert len(played) == 1
    town.propose("contractor", "account.hide", "mayor")
    assert "4 orders that took effect" in browser.get(path).text
    assert len(played) == 2


@on_one_database
def test_only_the_newest_are_looked_at_and_the_page_says_so(
    town: Town, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "MOST", 2)
    page = visit("auditor").get(proposed(town, SLOWER.replace("25 min", "26 min"))).text
    assert "2 orders that took effect or were refused" in page
    assert "Older ones are left out." in page


@on_one_database
def test_an_order_about_anything_else_has_no_past_to_show(town: Town, visit: Visit) -> None:
    order = town.change("administrator", "role.grant", town.person_id("agent"), role="auditor").order
    assert "The past under these rules" not in visit("auditor").get(f"/desk/orders/{order.id}").text


def _one(kind: str, fate: Fate, delay: int = 0) -> Rehearsed:
    return Rehearsed(order_id=1, index=1, at=1, kind=kind, tier="", fate=fate, delay=delay)


def test_bars_fill_their_width_and_delays_lie_on_their_line() -> None:
    late = [_one("account.hide", Fate.DELAYED, delay) for delay in (0, 3, 3, 4, 8)]
    view = rehearsal.view_of([*late, _one("post.hide", Fate.STOPPED), _one("post.hide", Fate.LET_THROUGH)], (3, 8))
    assert view.ticks == (0, 375, 500, 1000)
    assert [[(part.count, part.width) for part in bar.parts] for bar in view.bars] == [
        [(5, 100.0)],
        [(1, 50.0), (1, 50.0)],
    ]
    assert [drawn for _fate, drawn in view.fates] == ["delayed", "stopped", "through"]
    assert view.otherwise
