"""Which part of a timeline is read: a few posts between two ids, from its newer or its older end."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which part of a timeline is read.

    Attributes:
        count: how many posts at most.
        below: older than this id.
        above: newer than this id.
        oldest_first: from which end.
    """

    count: int
    below: int | None = None
    above: int | None = None
    oldest_first: bool = False

    def within(self, post_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """Return the predicates: it lies in this part."""
        below = [] if self.below is None else [post_id < self.below]
        return below if self.above is None else [*below, post_id > self.above]

    def order(self, post_id: ColumnElement[int]) -> UnaryExpression[int]:
        """Return in which order it is read."""
        return post_id.asc() if self.oldest_first else post_id.desc()

    def of(self, wanted: Select[Any], key: ColumnElement[int]) -> Select[Any]:
        """Return this part of what is wanted, cut by a key, in this order."""
        return wanted.where(*self.within(key)).order_by(self.order(key)).limit(self.count)
