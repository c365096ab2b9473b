"""What the embedded network tells the house, carried where it belongs: accounts, reports, and word from the orders."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gardefou.accounts import queries as accounts
from gardefou.accounts.keep_tier import KEEPER, keep_tier, opening
from gardefou.accounts.observe import observe
from gardefou.accounts.open_account import open_account
from gardefou.accounts.tiers import Tier, is_lower
from gardefou.connectors.embedded.categories import choices
from gardefou.connectors.embedded.explanation import explain, told_reporter
from gardefou.events import Actor
from gardefou.guard.facts import Value
from gardefou.guard.rules import load, tier_of
from gardefou.network.errors import NotProcessedError
from gardefou.network.ports import AccountRow, CategoryChoice, Complaint
from gardefou.orders import queries as orders
from gardefou.orders import rulebook
from gardefou.orders.errors import NoRulebookError
from gardefou.orders.rulebook import Loader
from gardefou.reports.become_protected import become_protected
from gardefou.reports.errors import UnknownReportedError
from gardefou.reports.filing import filing
from gardefou.reports.intake import Filed, file_reports
from gardefou.reports.misuse.count_refused import count_refused
from gardefou.reports.misuse.standing_of import in_force, not_processed
from gardefou.reports.named import in_question
from gardefou.storage import Tx

HAND = Actor.machine("embedded connector")
_BOOK = "embedded connector: rulebook"


@dataclass(frozen=True, slots=True)
class EmbeddedNeighbours:
    """The rooms above, as the embedded network sees them."""

    load_rulebook: Loader = field(default=load)

    def account_opened(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Make the account known under the network's own id."""
        open_account(
            tx,
            actor=HAND,
            now=now,
            platform_id=account["imported_id"] or str(account["id"]),
            handle=account["handle"],
            display_name=account["display_name"],
            followers=account["followers"],
            posts=account["posts"],
            locale=account["locale"],
            contact=account["email"],
            account_id=account["id"],
            created_at=account["created_at"],
        )
        self._keep(tx, account["id"], opening(account["followers"]), Tier.ORDINARY, now)

    def account_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Write down the counters and names as the network shows them now."""
        row = observe(
            tx,
            actor=HAND,
            now=now,
            account_id=account["id"],
            handle=account["handle"],
            display_name=account["display_name"],
            followers=account["followers"],
            posts=account["posts"],
            locale=account["locale"],
            open_orders=len(orders.open_orders(tx, account_id=account["id"])),
        )
        self._keep(tx, account["id"], accounts.numbers(row, now), row["reached_tier"], now)

    def _keep(self, tx: Tx, account_id: int, numbers: Mapping[str, Value], reached: str, now: int) -> None:
        """Keep the tier that an account's numbers give it, if it is higher than any before."""
        if reached == Tier.CRITICAL:
            return
        if _BOOK not in tx.notes:  # An import opens thousands in one transaction, under one rulebook.
            try:
                tx.notes[_BOOK] = rulebook.in_force(tx, self.load_rulebook)
            except NoRulebookError:
                return  # Nobody is protected yet; the worker keeps what the first rulebook gives.
        if is_lower(reached, tier_of(tx.notes[_BOOK], numbers)):
            keep_tier(tx, actor=KEEPER, now=now, account_id=account_id, book=tx.notes[_BOOK])
            become_protected(tx, actor=KEEPER, now=now, account_id=account_id)

    def may_rename(self, tx: Tx, *, account_id: int) -> bool:
        """Return whether no order on the account is open: those who sign it would read another name."""
        return not orders.open_orders(tx, account_id=account_id)

    def contact_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Write down where the owner is written to now."""
        observe(tx, actor=HAND, now=now, account_id=account["id"], contact=account["email"])

    def reports_filed(
        self, tx: Tx, *, now: int, complaints: Sequence[tuple[Actor, Complaint]]
    ) -> list[int | NotProcessedError]:
        """Carry reports to intake; the number of a receipt is the report's.

        Those of reporters whose reports are not processed now are not taken, and counted: they are told so.

        Raises:
            UnknownReportedError: the house does not know an account that the network shows.
        """
        if not complaints:
            return []
        until = not_processed(tx, now=now, reporters={str(actor) for actor, _one in complaints})
        if not until:
            return [*self._file(tx, now, complaints)]
        refused = Counter(str(actor) for actor, _one in complaints if str(actor) in until)
        count_refused(tx, actor=HAND, until=until, refused=refused)
        receipts = iter(self._file(tx, now, [one for one in complaints if str(one[0]) not in until]))
        return [
            NotProcessedError(until=until[str(actor)]) if str(actor) in until else next(receipts)
            for actor, _one in complaints
        ]

    def _file(self, tx: Tx, now: int, complaints: Sequence[tuple[Actor, Complaint]]) -> list[int]:
        if not complaints:
            return []
        protected = self._protected(tx, {one.account_id for _actor, one in complaints}, now)
        filings = [
            filing(
                actor=actor,
                account_id=one.account_id,
                category=one.category,
                comment=one.comment,
                posts=[(post.post_id, post.excerpt, post.posted_at) for post in one.posts],
                locale=one.locale,
                protected=one.account_id in protected,
            )
            for actor, one in complaints
        ]
        return [_known(filed).report_id for filed in file_reports(tx, now=now, filings=filings)]

    def in_question(self, tx: Tx, *, now: int, posts: Mapping[int, int]) -> Collection[int]:
        """Return the posts that a case names which is open, or that an order rests on which is."""
        cited = orders.cited(tx, set(posts.values()))
        return (cited.posts & posts.keys()) | in_question(tx, now=now, post_ids=posts.keys(), case_ids=cited.cases)

    def told_reporter(self, tx: Tx, *, now: int, reporter: Actor) -> Sequence[str]:
        """Return in a sentence each what stands against a reporter."""
        return told_reporter(in_force(tx, now=now, reporters=[str(reporter)]).get(str(reporter), []))

    def explain_standing(self, tx: Tx, *, account_id: int) -> Sequence[str] | None:
        """Return why the owner cannot act, from the orders in effect."""
        return explain(orders.in_effect(tx, "account", account_id))

    def categories(self) -> Sequence[CategoryChoice]:
        """Return what a report can be about, the gravest first."""
        return choices()

    def _protected(self, tx: Tx, account_ids: Collection[int], now: int) -> set[int]:
        book = rulebook.in_force(tx, self.load_rulebook)
        values = accounts.values_in(tx, account_ids, now)
        return {number for number, of in values.items() if tier_of(book, of) != Tier.ORDINARY}


def _known(filed: Filed | None) -> Filed:
    if filed is None:
        raise UnknownReportedError
    return filed
