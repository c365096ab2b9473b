"""Which words count as shared: those of a storm are found, whatever came before, and what counted stays counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from gardefou.clock import HOUR, MINUTE, SECOND, Micros
from gardefou.events import Actor
from gardefou.reports import queries
from gardefou.reports.aside import Aside, count_set, in_force, offers
from gardefou.reports.case import Case
from gardefou.reports.errors import BurstChangedError
from gardefou.reports.filing import filing
from gardefou.reports.heaviest import Place, heaviest
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.intake import file_reports
from gardefou.reports.keep_sums import STEP, keep_sums
from gardefou.reports.keep_words import PLACES
from gardefou.reports.same_words import same_words
from gardefou.reports.set_aside import set_aside
from gardefou.reports.sums import SHARED_BY, Sums, kept, of_case
from gardefou.reports.tables import case_words, case_words_past, report
from gardefou.reports.take_back import take_back
from gardefou.reports.take_out import take_out_next
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.staff import make_actor
from tests.integration.reports.test_setting_aside import rows
from tests.integration.reports.test_what_is_set_aside_leads_nothing import offered_aside

WORKER = Actor.machine("worker")


def said(number: int) -> str:
    """Return words that nobody writes by chance."""
    letters = "".join(chr(97 + number // 26**place % 26) for place in range(4))
    return f"everybody {letters} says the same {letters} of him"


def file(tx: Tx, at: int, account_id: int, comments: Sequence[str]) -> int:
    """File each comment for another visitor and return the case."""
    visitors = (Actor.visitor(f"v{tx.new_id(at)}") for _ in comments)
    new = [
        filing(actor=one, account_id=account_id, category="spam", comment=words)
        for one, words in zip(visitors, comments, strict=True)
    ]
    (*_, last) = file_reports(tx, now=at, filings=new)
    assert last is not None
    return last.case_id


def sums_of(tx: Tx, case_id: int) -> Sums:
    return of_case(tx, queries.case(tx, case_id))


def bursts_of(tx: Tx, case_id: int) -> list[int]:
    """Return how many of each burst can be set aside."""
    return [one.more for one in offers(sums_of(tx, case_id), in_force(tx, case_id))]


def counted_again(tx: Tx, found: Aside) -> int:
    return count_set(tx, found.which, beside=(), reports=queries.case(tx, found.case_id).reports).reports


def number_of(tx: Tx, table: Table) -> int:
    return int(tx.scalar(select(func.count()).select_from(table)))


@pytest.mark.promise(18)
def test_twenty_texts_trickled_in_first_hide_no_storm_in_another(db: Database, now: Micros) -> None:
    """A thousand, three a minute, in as many texts as a case watches; hours later thousands in one more."""
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        trickle = [said(number % PLACES) if number < 10 * PLACES else said(1_000 + number) for number in range(1_000)]
        for number in range(0, 1_000, 3):
            file(tx, now + number // 3 * MINUTE, account_id, trickle[number : number + 3])
    with db.transaction() as tx:
        at = now + 8 * HOUR
        for number in range(12):
            case_id = file(tx, at + number * 50 * SECOND, account_id, [said(999)] * 400)
            assert bursts_of(tx, case_id) == [400 * (number + 1)]
        assert number_of(tx, case_words) == PLACES
        before = rows(tx, case_id)
        found = offered_aside(tx, agent, case_id, at)
        assert (found.reports, found.same, counted_again(tx, found)) == (4_800, 4_800, 4_800)
        while take_out_next(tx, actor=WORKER, now=at):
            pass
        version = queries.case(tx, case_id).version
        take_back(tx, actor=agent, now=at, case_id=case_id, aside_id=found.id, version=version)
        assert rows(tx, case_id) == before
        assert bursts_of(tx, case_id) == [4_800]


@pytest.mark.promise(18)
def test_a_storm_that_changes_its_words_all_the_time_is_one_burst_and_stays_exactly_what_was_set_aside(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        for number in range(8):  # In each half thousand thirty other texts.
            case_id = file(
                tx, now + number * MINUTE, account_id, [said(number * 30 + each % 30) for each in range(500)]
            )
        at = now + 8 * MINUTE
        assert number_of(tx, case_words) == PLACES
        assert number_of(tx, case_words_past) == 8 * 30 - PLACES
        first = rows(tx, case_id)
        found = offered_aside(tx, agent, case_id, at)
        assert (found.reports, counted_again(tx, found)) == (4_000, 4_000)
        # All of its words give up their place: the set is what it was, and what comes in them is counted anew.
        for number in range(4):
            file(tx, now + 5 * HOUR + number * HOUR, account_id, [said(500 + each % 50) for each in range(500)])
        assert counted_again(tx, found) == found.reports
        while take_out_next(tx, actor=WORKER, now=at):
            pass
        (one,) = in_force(tx, case_id)
        lines = queries.reports_of(tx, case=queries.case(tx, case_id), found=[one], only=one, limit=200, before=4_001)
        assert [line.place for line in lines.lines] == list(range(4_000, 3_800, -1))
        version = queries.case(tx, case_id).version
        take_back(tx, actor=agent, now=at, case_id=case_id, aside_id=found.id, version=version)
        assert bursts_of(tx, case_id)[-1] == 4_000
        assert rows(tx, case_id)["report"][:4_000] == first["report"]


def test_words_that_were_watched_before_they_had_weights_count_as_they_did(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = file(tx, now, account_id, [said(each % PLACES) for each in range(STEP)])
        tx.execute(update(case_words).values(weight=0, error=0))
        found = offered_aside(tx, agent, case_id, now + MINUTE)
        file(tx, now + MINUTE, account_id, [said(0)] * 5)
        assert bursts_of(tx, case_id) == [5]
        file(tx, now + 2 * HOUR, account_id, [said(100 + each % 19) for each in range(STEP)])
        held = {row["words"]: row["weight"] for row in tx.all(select(case_words))}
        assert len(held) == PLACES
        assert held[same_words(said(0)) or 0] == 5
        assert counted_again(tx, found) == found.reports == STEP
        assert bursts_of(tx, case_id) == [STEP, 5]


def test_what_was_added_up_by_others_while_a_set_was_counted_is_counted_again(
    db: Database, now: Micros, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words that are watched are the same; others were shared meanwhile, and have given up their place already."""
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        file(tx, now, account_id, [said(each % PLACES) for each in range(STEP)])
        case_id = file(tx, now, account_id, [said(0)] * 400 + [said(77)] * (SHARED_BY - 1))
        assert bursts_of(tx, case_id) == [STEP + 400]
        watched = set(kept(tx, case_id).words)
        version = queries.case(tx, case_id).version

        def others_first(tx: Tx, **asked: Any) -> Case:
            file(tx, now, account_id, [said(77)] + [said(each % PLACES) for each in range(590)])
            return hold_to_act(tx, **asked)

        monkeypatch.setattr("gardefou.reports.set_aside.hold_to_act", others_first)
        asked: dict[str, Any] = {"since": now // MINUTE * MINUTE, "upto": STEP + 409, "reports": STEP + 400}
        with pytest.raises(BurstChangedError, match="it would be 1,409 reports now"):
            set_aside(tx, actor=agent, now=now, case_id=case_id, version=version, **asked)
        assert set(kept(tx, case_id).words) == watched


class Model:
    """The same by plain counting in Python: no database, and every window of reports read in full."""

    def __init__(self) -> None:
        """Begin with no reports."""
        self.held: dict[int, Place] = {}
        self.upto = self.windows = 0
        self.reports: list[tuple[int, int]] = []  # minute and words
        self.same: Counter[int] = Counter()

    def seen(self) -> Counter[int]:
        """Return how many count as shared in each minute, those that were not added up among them."""
        here = self.reports[self.upto :]
        shared = self.shared(here)
        return self.same + Counter(minute for minute, words in here if words in shared)

    def shared(self, here: Sequence[tuple[int, int]]) -> set[int]:
        """Return which words count as shared in these."""
        came = Counter(words for _minute, words in here)
        return {words for words, often in came.items() if often >= SHARED_BY} | set(self.held)

    def add_up(self) -> None:
        """Add up what came."""
        here = self.reports[self.upto :]
        shared, came = self.shared(here), Counter(words for _minute, words in here)
        self.same = self.seen()
        counted = {words: came[words] for words in shared}
        self.held = heaviest(self.held, counted, after=self.upto, places=PLACES)
        self.upto, self.windows = len(self.reports), self.windows + 1


def same_by_minute(sums: Sums) -> Mapping[int, int]:
    return {minute: one.same for minute, one in sums.minutes.items() if one.same}


@pytest.mark.promise(18)
@pytest.mark.parametrize("seed", range(3))
def test_random_storms_are_counted_as_by_plain_counting_and_set_aside_and_taken_back_exactly(
    db: Database, now: Micros, seed: int
) -> None:
    """Whether reports are added up or not, wherever it is done, and whoever gives up their place."""
    chance, model, at = Random(seed), Model(), int(now)  # noqa: S311  # reports, not secrets
    exact: Counter[int] = Counter()
    sets: defaultdict[int, int] = defaultdict(int)
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        for _round in range(45):
            at += chance.choice((20 * SECOND, MINUTE, 2 * HOUR))
            first, texts = chance.randrange(150), chance.choice((1, 3, 15, 40))
            comments = [said(first + chance.randrange(texts)) for _ in range(chance.choice((3, 40, 150, 300)))]
            case_id = file(tx, at, account_id, comments)
            before = len(model.reports)
            new = [same_words(words) or 0 for words in comments]
            model.reports += [(at // MINUTE, words) for words in new]
            exact.update(new)
            if before // STEP < len(model.reports) // STEP:
                model.add_up()
            assert same_by_minute(sums_of(tx, case_id)) == model.seen()
            if chance.random() < 0.2:
                counted = sums_of(tx, case_id)
                keep_sums(tx, case_id=case_id, upto=len(model.reports))
                model.add_up()
                assert sums_of(tx, case_id).minutes == counted.minutes
            if chance.random() < 0.3 and any(bursts_of(tx, case_id)):
                found = offered_aside(tx, agent, case_id, at)
                sets[found.id] = found.reports
                if model.upto < len(model.reports):
                    model.add_up()
            for one in in_force(tx, case_id):
                assert counted_again(tx, one) == one.reports == sets[one.id]
            assert set(kept(tx, case_id).words) == set(model.held)
        bounds(tx, model, exact)
        assert sets
        while take_out_next(tx, actor=WORKER, now=at):
            pass
        for one in in_force(tx, case_id):
            version = queries.case(tx, case_id).version
            take_back(tx, actor=agent, now=at, case_id=case_id, aside_id=one.id, version=version)
        case, sums = queries.case(tx, case_id), sums_of(tx, case_id)
        assert (case.set_aside, case.who.reporters, sums.whole) == (0, len(model.reports), len(model.reports))
        assert same_by_minute(sums) == model.seen()


def bounds(tx: Tx, model: Model, exact: Counter[int]) -> None:
    """Hold what is watched against all that came: the bounds of the summary, and nine for each time it was added up."""
    held = {
        row["words"]: Place(after=row["after"], weight=row["weight"], error=row["error"])
        for row in tx.all(select(case_words))
    }
    assert held == model.held
    few = (SHARED_BY - 1) * model.windows
    upto = Counter(words for _minute, words in model.reports[: model.upto])
    assert len(held) <= PLACES
    assert all(one.weight - one.error <= upto[words] <= one.weight + few for words, one in held.items())
    assert {words for words, often in upto.items() if (often - few) * PLACES > upto.total()} <= set(held)
    # Who leaves a row behind had ten reports for it.
    assert number_of(tx, case_words_past) <= exact.total() // SHARED_BY
    assert number_of(tx, report) == exact.total()
