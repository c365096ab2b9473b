"""Take in a report: the one door, whoever files it and from wherever.

All open reports against one account are one case (promise 18). The account's row is locked first, so that two who
report it in the same instant find or open the same case; the database's own index forbids a second one. The report is
acknowledged by the caller only after its transaction has committed (promise 17).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select, text, update

from gardefou.accounts.queries import find as find_account
from gardefou.clock import HOUR
from gardefou.events import Actor, record
from gardefou.reports.categories import DUE_HOURS, SEVERITY, Category
from gardefou.reports.errors import ReportError, UnknownReportedError
from gardefou.reports.tables import cases, report, report_post
from gardefou.storage import Tx
from gardefou.words import LANGUAGES, ngettext
from gardefou.words import gettext as _
from gardefou.words.plain import paragraphs

COMMENT_LIMIT = 1_000
POSTS_LIMIT = 50
EXCERPT_LIMIT = 500

#: A post as it was reported: its id, its text, when it was posted.
ReportedPost = tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of a report.

    Attributes:
        report_id: the report; the earlier one when the same was filed twice.
        case_id: the case it belongs to.
        new_case: whether it opened that case.
        repeated: whether the very same report was there already.
    """

    report_id: int
    case_id: int
    new_case: bool
    repeated: bool = False


def file_report(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    account_id: int,
    category: str,
    comment: str = "",
    posts: Sequence[ReportedPost] = (),
    locale: str = "en",
    protected: bool = False,
    imported_key: str | None = None,
) -> Filed:
    """File a report against an account.

    The same reporter saying the same of the same posts in the same open case is one report.

    Args:
        tx: the open transaction.
        actor: the reporter: a member, a visitor, or the importer.
        now: the instant, microseconds.
        account_id: the account reported.
        category: what it is about, a `Category`.
        comment: in the reporter's words, at most 1,000 characters.
        posts: the posts concerned as (id, text, posted at); none when it is about the account as a whole.
        locale: the reporter's language.
        protected: whether the account is protected now; the caller knows the rulebook.
        imported_key: what the report is called where it was imported from; the same key twice is one report.

    Raises:
        ReportError: the category is unknown, the comment too long, or the posts too many.
        UnknownReportedError: there is no such account.
    """
    about = _category(category)
    words = _comment(comment)
    _check_posts(posts)
    if find_account(tx, account_id, lock=True) is None:
        raise UnknownReportedError(_("There is no such account to report."), account=str(account_id))
    if imported_key is not None:
        known = tx.first(select(report.c.id, report.c.case_id).where(report.c.imported_key == imported_key))
        if known is not None:
            return Filed(report_id=known["id"], case_id=known["case_id"], new_case=False, repeated=True)
    case = tx.first(select(cases).where(cases.c.account_id == account_id, cases.c.state == "open").with_for_update())
    by, first_in_case = str(actor), True
    if case is not None:
        first_in_case = not _has_reported(tx, case["id"], by)
        same = None if first_in_case or imported_key is not None else _same(tx, case["id"], by, about, words, posts)
        if same is not None:
            return Filed(report_id=same, case_id=case["id"], new_case=False, repeated=True)
    language = locale if locale in LANGUAGES else "en"
    case_id = _open(tx, now, account_id, about, language, protected=protected) if case is None else int(case["id"])
    if case is not None:
        _gather(tx, now, case, about, protected=protected)
    report_id = tx.new_id(now)
    tx.execute(
        insert(report).values(
            id=report_id,
            case_id=case_id,
            account_id=account_id,
            reporter=by,
            category=about.value,
            comment=words,
            locale=language,
            created_at=now,
            imported_key=imported_key,
        )
    )
    if posts:
        _keep_posts(tx, report_id, posts)
    if first_in_case:
        _count_reporter(tx, now, by)
    told = {"account": str(account_id), "report": str(report_id)}
    if case is None:
        record(tx, now=now, kind="case.opened", subject=f"case:{case_id}", body=told)
    record(tx, now=now, kind="report.filed", subject=f"case:{case_id}", body=told)
    return Filed(report_id=report_id, case_id=case_id, new_case=case is None)


def _category(name: str) -> Category:
    try:
        return Category(name)
    except ValueError:
        shown = name[:40]
        raise ReportError(_("“%(name)s” is not something a report can be about.", name=shown)) from None


def _comment(comment: str) -> str:
    words = paragraphs(comment)
    if len(words) > COMMENT_LIMIT:
        raise ReportError(
            ngettext(
                "The comment has %(count)s character; it can have at most 1,000. Nothing was sent.",
                "The comment has %(count)s characters; it can have at most 1,000. Nothing was sent.",
                len(words),
            )
        )
    return words


def _check_posts(posts: Sequence[ReportedPost]) -> None:
    if len(posts) > POSTS_LIMIT:
        raise ReportError(
            ngettext(
                "%(count)s post is more than one report can name; name at most 50.",
                "%(count)s posts are more than one report can name; name at most 50.",
                len(posts),
            )
        )


def _has_reported(tx: Tx, case_id: int, by: str) -> bool:
    found = select(report.c.id).where(report.c.reporter == by, report.c.case_id == case_id).limit(1)
    return tx.scalar(found) is not None


def _same(tx: Tx, case_id: int, by: str, about: Category, words: str, posts: Sequence[ReportedPost]) -> int | None:
    """Return the report that says exactly this already, or None."""
    named = {post_id for post_id, _text, _at in posts}
    candidates = tx.all(
        select(report.c.id).where(
            report.c.reporter == by,
            report.c.case_id == case_id,
            report.c.category == about.value,
            report.c.comment == words,
        )
    )
    for row in candidates:
        known = tx.all(select(report_post.c.post_id).where(report_post.c.report_id == row["id"]))
        if {found["post_id"] for found in known} == named:
            return int(row["id"])
    return None


def _open(tx: Tx, now: int, account_id: int, about: Category, locale: str, *, protected: bool) -> int:
    case_id = tx.new_id(now)
    tx.execute(
        insert(cases).values(
            id=case_id,
            account_id=account_id,
            state="open",
            version=1,
            category=about.value,
            severity=SEVERITY[about],
            locale=locale,
            reports=1,
            protected=int(protected),
            opened_at=now,
            updated_at=now,
            due_at=now + DUE_HOURS[about] * HOUR,
        )
    )
    return case_id


def _gather(tx: Tx, now: int, case: RowMapping, about: Category, *, protected: bool) -> None:
    """Add one report to an open case: a graver one leads it and is due sooner, and protection only rises."""
    graver = SEVERITY[about] < case["severity"]
    rises = protected and not case["protected"]
    tx.execute(
        update(cases)
        .where(cases.c.id == case["id"])
        .values(
            reports=cases.c.reports + 1,
            category=about.value if graver else case["category"],
            severity=SEVERITY[about] if graver else case["severity"],
            protected=1 if rises else case["protected"],
            due_at=min(case["due_at"], now + DUE_HOURS[about] * HOUR),
            updated_at=now,
            version=case["version"] + int(graver or rises),
        )
    )


def _keep_posts(tx: Tx, report_id: int, posts: Sequence[ReportedPost]) -> None:
    once = {post_id: (words, posted_at) for post_id, words, posted_at in posts}
    tx.execute(
        insert(report_post),
        [
            {"report_id": report_id, "post_id": post_id, "excerpt": words[:EXCERPT_LIMIT], "posted_at": posted_at}
            for post_id, (words, posted_at) in once.items()
        ],
    )


#: Both databases read this sentence; SQLAlchemy has no common spelling of it.
_COUNT = text(
    "INSERT INTO reporter (key, filed, upheld, rejected, last_at) VALUES (:key, 1, 0, 0, :now) "
    "ON CONFLICT (key) DO UPDATE SET filed = reporter.filed + 1, last_at = excluded.last_at"
)


def _count_reporter(tx: Tx, now: int, by: str) -> None:
    """Count one more case for the reporter: ten reports in one case weigh as one."""
    tx.execute(_COUNT, {"key": by, "now": now})
