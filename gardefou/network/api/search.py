"""Search: accounts, posts and hashtags. All three are always there, since clients look into each."""

from typing import Any

from litestar import get
from litestar.types import ControllerRouterHandler
from sqlalchemy import select

from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given
from gardefou.network.handles import handle_key
from gardefou.network.hashtags import tags_like
from gardefou.network.queries import search_accounts, view
from gardefou.network.tables import net_account, net_follow, net_post
from gardefou.network.text import tag_address
from gardefou.network.visibility import account_shown
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

KINDS = ("accounts", "statuses", "hashtags")
USUAL, MOST = 20, 40
LONGEST, MOST_WORDS, FURTHEST = 200, 8, 1_000


@get("/search", may=May.CLIENT, needs="read:search", sync_to_thread=True)
def search(db: Database, caller: Caller, given: Given, site: str) -> dict[str, Any]:
    """Return what some words find; an account's own handle finds it first."""
    sought = " ".join(given.text("q").split())[:LONGEST]
    kind = given.text("type")
    if kind and kind not in KINDS:
        raise ParameterError(_("type is one of: %(words)s", words=", ".join(KINDS)), name="type")
    found: dict[str, Any] = {name: [] for name in KINDS}
    if not sought:
        return found
    with db.reading() as tx:
        if kind in {"", "accounts"}:
            found["accounts"] = _accounts(tx, caller, given, site, sought)
        if kind in {"", "statuses"}:
            found["statuses"] = _statuses(tx, caller, given, site, sought)
        if kind in {"", "hashtags"}:
            found["hashtags"] = _hashtags(tx, caller, given, site, sought)
    return found


def _cut(given: Given) -> slice:
    limit = given.number("limit", default=USUAL, highest=MOST)
    offset = given.number("offset", default=0, lowest=0, highest=FURTHEST)
    return slice(offset, offset + limit)


def _accounts(tx: Tx, caller: Caller, given: Given, site: str, sought: str) -> list[dict[str, Any]]:
    bare = sought.removeprefix("@").removesuffix(f"@{site.partition('://')[2]}")
    exact = tx.all(
        select(net_account.c.id).where(
            net_account.c.handle_key == handle_key(bare[:100]), account_shown(net_account.c.id)
        )
    )
    ids = list(dict.fromkeys([int(row["id"]) for row in [*exact, *search_accounts(tx, bare)]]))
    if given.flag("following"):
        mine = select(net_follow.c.followee_id).where(
            net_follow.c.follower_id == caller.member_id, net_follow.c.followee_id.in_(ids)
        )
        followed = {row["followee_id"] for row in tx.all(mine)}
        ids = [one for one in ids if one in followed]
    shown = ids[_cut(given)]
    rendered = accounts(tx, shown, site=site)
    return [rendered[one] for one in shown]


def _statuses(tx: Tx, caller: Caller, given: Given, site: str, sought: str) -> list[dict[str, Any]]:
    wanted = timelines.found(caller.member_id, sought.split()[:MOST_WORDS])
    author, below, above = given.id("account_id"), given.id("max_id"), given.id("min_id")
    if author is not None:
        wanted = wanted.where(net_post.c.account_id == author)
    if below is not None:
        wanted = wanted.where(net_post.c.id < below)
    if above is not None:
        wanted = wanted.where(net_post.c.id > above)
    cut = _cut(given)
    rows = tx.all(wanted.order_by(net_post.c.id.desc()).offset(cut.start).limit(cut.stop - cut.start))
    return statuses(tx, [view(row) for row in rows], reader=caller.account_id, site=site)


def _hashtags(tx: Tx, caller: Caller, given: Given, site: str, sought: str) -> list[dict[str, Any]]:
    cut = _cut(given)
    found = tags_like(tx, sought, reader=caller.account_id, offset=cut.start, limit=cut.stop - cut.start)
    return [{"name": tag, "url": tag_address(tag, site=site), "history": []} for tag in found]


HANDLERS: list[ControllerRouterHandler] = [search]
