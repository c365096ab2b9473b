"""A report as it comes to the door: well formed, and comparable with what was said before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gardefou.events import Actor
from gardefou.reports.categories import Category
from gardefou.reports.errors import ReportError
from gardefou.reports.same_words import same_words
from gardefou.words import LANGUAGES, ngettext
from gardefou.words import gettext as _
from gardefou.words.plain import paragraphs

COMMENT_LIMIT = 1_000
POSTS_LIMIT = 50
EXCERPT_LIMIT = 500

#: A post as it was reported: its id, its text, when it was posted.
ReportedPost = tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A report before it is filed; `filing` makes one.

    Attributes:
        by: the reporter, as a report keeps them.
        account_id: the account reported.
        category: what it is about.
        comment: in the reporter's words.
        posts: the posts concerned, each once; none when it is about the account as a whole.
        locale: the reporter's language, one of ours.
        protected: whether the account is protected now.
        imported_key: what the report is called where it was imported from.
        about: the same for whatever has the same category and names the same posts.
        words: the same for the same comment; None for one too short to tell.
    """

    by: str
    account_id: int
    category: Category
    comment: str
    posts: tuple[ReportedPost, ...]
    locale: str
    protected: bool
    imported_key: str | None
    about: int
    words: int | None


def filing(
    *,
    actor: Actor,
    account_id: int,
    category: str,
    comment: str = "",
    posts: Sequence[ReportedPost] = (),
    locale: str = "en",
    protected: bool = False,
    imported_key: str | None = None,
) -> Filing:
    """Return a report that can be filed.

    Args:
        actor: the reporter: a member, a visitor, or the importer.
        account_id: the account reported.
        category: what it is about, a `Category`.
        comment: in the reporter's words, at most 1,000 characters.
        posts: the posts concerned as (id, text, posted at), at most fifty.
        locale: the reporter's language; one that is not ours is English.
        protected: whether the account is protected now; the caller knows the rulebook.
        imported_key: what the report is called where it was imported from.

    Raises:
        ReportError: the category is unknown, the comment too long, or the posts too many.
    """
    if len(posts) > POSTS_LIMIT:
        raise ReportError(
            ngettext(
                "%(count)s post is more than one report can name; name at most 50.",
                "%(count)s posts are more than one report can name; name at most 50.",
                len(posts),
            )
        )
    once = {post_id: (post_id, words[:EXCERPT_LIMIT], posted_at) for post_id, words, posted_at in posts}
    kind, said = _category(category), _comment(comment)
    return Filing(
        by=str(actor),
        account_id=account_id,
        category=kind,
        comment=said,
        posts=tuple(once.values()),
        locale=locale if locale in LANGUAGES else "en",
        protected=protected,
        imported_key=imported_key,
        about=_about(kind, tuple(sorted(once))),
        words=same_words(said),
    )


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


@lru_cache(maxsize=1_024)
def _about(category: Category, post_ids: tuple[int, ...]) -> int:
    """Return a number for a category and some posts, which fits a column: the first 63 bits of a digest."""
    told = f"gardefou report v1\n{category.value}\n{','.join(map(str, post_ids))}"
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") >> 1
