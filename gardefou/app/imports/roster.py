"""The roster: accounts protected whatever their numbers. Protection only rises here; it falls by an order."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import RowMapping

from gardefou.accounts import queries as accounts
from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.queries import EMBEDDED
from gardefou.accounts.tiers import Tier, tier_named
from gardefou.app.house import House
from gardefou.app.imports.accounts import handle_in
from gardefou.app.imports.columns import Column, Mapped, RowError, needed, text
from gardefou.app.imports.proposing import ask, importer
from gardefou.app.imports.run import FEW, Fate, Lined, Rejected
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.events.actor import IMPORTER
from gardefou.orders.kinds import Kind
from gardefou.safeguards.found import founded
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a roster."""

    platform_id: str
    handle: str
    tier: str
    office: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Imports a roster.

    Attributes:
        tier: the tier of lines that name none.
        office: the office of lines that name none.
        source: where the roster is known from.
        by: who proposes, once the house is founded.
    """

    tier: str = Tier.NOTABLE.value
    office: str = ""
    source: str = ""
    by: str = ""
    given: tuple[str, ...] = ()
    piece: int = FEW
    columns: tuple[Column, ...] = (
        Column(name="handle", guesses=("twitter", "screen_name", "acct", "account", "social.twitter"), needed=True),
        Column(name="id", guesses=("twitter_id", "account_id", "platform_id", "social.twitter_id")),
        Column(name="tier"),
        Column(name="office", guesses=("role", "function")),
        Column(name="source"),
    )

    def prepare(self, row: Mapped) -> Line:
        """Read one line."""
        tier = text(row, "tier").lower() or self.tier
        try:
            tier_named(tier)
        except BadInputError as problem:
            raise RowError(f"tier: {problem.message}") from problem
        return Line(
            platform_id=text(row, "id"),
            handle=handle_in(needed(row, "handle")),
            tier=tier,
            office=text(row, "office") or self.office,
            source=text(row, "source") or self.source,
        )

    def write(self, tx: Tx, house: House, items: list[Lined[Line]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece."""
        who = importer(tx, self.by) if founded(tx) else None
        for line, item in items:
            account = _account(tx, item)
            if account is None:
                yield Rejected(line, f"there is no account @{item.handle}; import it first")
                continue
            if who is not None:
                yield _ask(tx, house, who, account["id"], line, item, now)
                continue
            try:
                known = accounts.roster(tx, account["id"]) is not None
                changed = enter_roster(
                    tx,
                    actor=IMPORTER,
                    now=now,
                    account_id=account["id"],
                    tier=item.tier,
                    office=item.office,
                    source=item.source,
                )
            except BadInputError as problem:
                yield Rejected(line, problem.message)
                continue
            yield (Fate.CHANGED if known else Fate.ADDED) if changed else Fate.SAME


def _ask(tx: Tx, house: House, who: Actor, account_id: int, line: int, item: Line, now: int) -> Fate | Rejected:
    known = accounts.roster(tx, account_id)
    if known is not None and known["tier"] == item.tier:
        return Fate.SAME  # To take in a file again is no review: nobody has looked.
    change = {"tier": item.tier, "source": item.source, "office": item.office}
    try:
        return ask(
            tx, house, actor=who, kind=Kind.ROSTER_ENTER, subject_id=account_id, change=change, line=line, now=now
        )
    except BadInputError as problem:
        return Rejected(line, problem.message)


def _account(tx: Tx, item: Line) -> RowMapping | None:
    """Find the account by the id it has elsewhere, which outlives a rename, or else by its handle."""
    found = accounts.by_platform_id(tx, EMBEDDED, item.platform_id) if item.platform_id else None
    return found if found is not None else accounts.by_handle(tx, item.handle)
