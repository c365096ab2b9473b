"""Pages as the Mastodon client API cuts them: by id, with a Link header whose `next` comes first.

`max_id`: older than. `since_id`: newer than, the newest first. `min_id`: the ones just after, still the newest first.
Both clients re-send what they read here, so limits and filters are repeated in the links, and the last page has no
`next`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request
from sqlalchemy import ColumnElement, RowMapping, Select

from gardefou.network.api.given import Given
from gardefou.network.stretch import Stretch
from gardefou.storage import Tx

AnyRequest = Request[Any, Any, Any]
STATUSES, ACCOUNTS = 20, 40
_CURSORS = frozenset({"max_id", "since_id", "min_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page is wanted."""

    limit: int
    max_id: int | None
    since_id: int | None
    min_id: int | None

    @property
    def stretch(self) -> Stretch:
        """What is to be read for it: one more than it holds where that says whether older ones follow."""
        if self.min_id is not None:
            return Stretch(count=self.limit, below=self.max_id, above=self.min_id, oldest_first=True)
        return Stretch(count=self.limit + 1, below=self.max_id, above=self.since_id)

    def page(self, read: Sequence[RowMapping]) -> tuple[list[RowMapping], bool]:
        """Return the page, the newest first, of what was read; and whether older ones may follow."""
        if self.min_id is not None:
            return list(read)[::-1], bool(read)
        return list(read[: self.limit]), len(read) > self.limit

    def rows(self, tx: Tx, wanted: Select[Any], key: ColumnElement[int]) -> tuple[list[RowMapping], bool]:
        """Return a page of rows, the newest first, and whether older ones may follow.

        Args:
            tx: an open transaction.
            wanted: what to page through.
            key: the id it is cut by; it must be among the columns.
        """
        return self.page(tx.all(self.stretch.of(wanted, key)))


def paging_in(given: Given, *, default: int = STATUSES, highest: int | None = None) -> Paging:
    """Return which page a call wants.

    Raises:
        ParameterError: a limit or an id is none.
    """
    return Paging(
        limit=given.number("limit", default=default, highest=highest or 2 * default),
        max_id=given.id("max_id"),
        since_id=given.id("since_id"),
        min_id=given.id("min_id"),
    )


def link(request: AnyRequest, site: str, ids: Sequence[int], *, more: bool) -> dict[str, str]:
    """Return the Link header for a page.

    Args:
        request: the call; everything it asked for is repeated, but for where its page began.
        site: where people reach us, without a slash at the end.
        ids: of what the page is cut by, the newest first.
        more: whether older ones may follow.
    """
    if not ids:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in _CURSORS]

    def to(cursor: str, value: int, rel: str) -> str:
        return f'<{site}{request.url.path}?{urlencode([*kept, (cursor, str(value))])}>; rel="{rel}"'

    links = [to("max_id", ids[-1], "next")] if more else []
    return {"Link": ", ".join([*links, to("min_id", ids[0], "prev")])}
