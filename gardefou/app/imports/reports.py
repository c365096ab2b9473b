"""Reports filed elsewhere, through the same intake as any other."""

from collections.abc import Iterator
from dataclasses import dataclass

from gardefou.accounts import queries as accounts
from gardefou.app.house import House
from gardefou.app.imports.accounts import handle_in
from gardefou.app.imports.columns import Column, Mapped, RowError, instant, needed, text
from gardefou.app.imports.run import PIECE, Fate, Lined, Rejected
from gardefou.app.protection import protected
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.reports.categories import Category
from gardefou.reports.filing import COMMENT_LIMIT
from gardefou.reports.intake import file_report
from gardefou.storage import Tx
from gardefou.storage.ids import EPOCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One report."""

    key: str
    handle: str
    category: str
    comment: str
    reporter: str
    locale: str
    created_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Imports reports."""

    given: tuple[str, ...] = ()
    piece: int = PIECE
    columns: tuple[Column, ...] = (
        Column(name="id", guesses=("report_id", "uri"), needed=True),
        Column(name="account", guesses=("handle", "target", "reported", "target_account"), needed=True),
        Column(name="category", guesses=("reason",), needed=True),
        Column(name="comment", guesses=("text", "description")),
        Column(name="reporter", guesses=("reported_by", "from", "account_by")),
        Column(name="created_at", guesses=("date", "filed_at")),
        Column(name="locale", guesses=("lang", "language")),
    )

    def prepare(self, row: Mapped) -> Complaint:
        """Read one report."""
        category = needed(row, "category").lower()
        if category not in set(Category):
            raise RowError(f"category: {category[:40]!r} is none of {', '.join(Category)}")
        key = needed(row, "id", limit=200)
        created_at = instant(row, "created_at")
        if created_at is not None and created_at < EPOCH:
            raise RowError("created_at: before 2006")
        return Complaint(
            key=key,
            handle=handle_in(needed(row, "account")),
            category=category,
            comment=text(row, "comment", limit=COMMENT_LIMIT),
            reporter=text(row, "reporter", limit=200) or f"report {key}",
            locale=text(row, "locale").lower()[:2],
            created_at=created_at,
        )

    def write(self, tx: Tx, house: House, items: list[Lined[Complaint]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece."""
        for line, item in items:
            account = accounts.by_handle(tx, item.handle)
            if account is None:
                yield Rejected(line, f"there is no account @{item.handle}")
                continue
            at = now if item.created_at is None else min(now, item.created_at)
            try:
                filed = file_report(
                    tx,
                    actor=Actor.visitor(f"imported:{item.reporter}"),
                    now=at,
                    account_id=account["id"],
                    category=item.category,
                    comment=item.comment,
                    locale=item.locale,
                    protected=protected(tx, house.ports, account, now),
                    imported_key=item.key,
                )
            except BadInputError as problem:
                yield Rejected(line, problem.message)
                continue
            yield Fate.SAME if filed.repeated else Fate.ADDED
