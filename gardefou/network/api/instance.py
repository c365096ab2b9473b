"""What this network is, for programs that meet it: its name, its bounds, what it speaks. Nothing here is secret."""

from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, get
from litestar.types import ControllerRouterHandler
from sqlalchemy import case, func, select

from gardefou.clock import DAY, MINUTE, Clock
from gardefou.may import May
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.rules import rules
from gardefou.network.describe_media import LONGEST_DESCRIPTION
from gardefou.network.media import MOST_ON_A_POST
from gardefou.network.pictures import LARGEST, MOST_POINTS
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST
from gardefou.network.tables import net_account
from gardefou.network.visibility import account_public, account_shown
from gardefou.storage import Database, Tx
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _

AnyRequest = Request[Any, Any, Any]
#: What of the Mastodon client API is spoken here; clients read the first word alone, and it must be three numbers.
SPOKEN = "4.3.0"
#: Its number. From 2 on clients ask for grouped notifications, and there are none here.
API_VERSION = 1
#: How long a count is good for.
COUNTED_FOR = 5 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """How many there are to be seen, and until when the count is good."""

    accounts: int
    posts: int
    active: int
    until: int


def _counted(request: AnyRequest, tx: Tx, now: int) -> _Counts:
    """Return the counts, made anew every few minutes: every program asks for them first."""
    known: _Counts | None = request.app.state.get("network_counts")
    if known is None or known.until <= now or known.until > now + COUNTED_FOR:
        active = func.sum(case((net_account.c.last_post_at > now - 30 * DAY, 1), else_=0))
        columns = (func.count().label("accounts"), func.sum(net_account.c.posts).label("posts"), active.label("active"))
        row = tx.all(select(*columns).where(account_shown(net_account.c.id)))[0]
        found = {name: int(row[name] or 0) for name in ("accounts", "posts", "active")}
        known = _Counts(**found, until=now + COUNTED_FOR)
        request.app.state["network_counts"] = known
    return known


def program_version() -> str:
    """Return the version of what runs here."""
    return version_of("gardefou")


def version() -> str:
    """Return the version as clients take it apart."""
    return f"{SPOKEN} (compatible; Garde-fou {program_version()})"


def _said() -> str:
    return _(
        "A small social network on which no one person can silence an account that matters: every hiding is decided "
        "under rules, signed, and written down for outsiders to check."
    )


def _official(tx: Tx, site: str) -> dict[str, Any] | None:
    """Return the network's own account, if it has one that is shown."""
    wanted = select(net_account.c.id).where(net_account.c.official == 1, account_public(net_account.c.id))
    found = tx.scalar(wanted.order_by(net_account.c.id).limit(1))
    return None if found is None else accounts(tx, [int(found)], site=site)[int(found)]


def _bounds() -> dict[str, Any]:
    return {
        "statuses": {
            "max_characters": LONGEST,
            "max_media_attachments": MOST_ON_A_POST,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
            "description_limit": LONGEST_DESCRIPTION,
            "image_size_limit": LARGEST,
            "image_matrix_limit": MOST_POINTS,
        },
        "polls": {"max_options": 0, "max_characters_per_option": 0, "min_expiration": 0, "max_expiration": 0},
        "accounts": {"max_featured_tags": 0, "max_pinned_statuses": 5},
    }


@get(
    "/instance", may=May.ANYONE, tells={"type": "object", "required": ["uri", "title", "version"]}, sync_to_thread=True
)
def instance(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, site: str, contact: str
) -> dict[str, Any]:
    """Say what this network is."""
    with db.reading() as tx:
        counts, official = _counted(request, tx, clock.now()), _official(tx, site)
    return {
        "uri": urlsplit(site).netloc,
        "title": _("Network"),
        "short_description": _said(),
        "description": _said(),
        "email": contact,
        "version": version(),
        "urls": {},
        "stats": {"user_count": counts.accounts, "status_count": counts.posts, "domain_count": 0},
        "thumbnail": f"{site}/static/favicon.svg",
        "languages": list(LANGUAGES),
        "registrations": True,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _bounds(),
        "contact_account": official,
        "rules": rules(neighbours),
    }


@get(
    "/instance",
    may=May.ANYONE,
    tells={"type": "object", "required": ["domain", "title", "version", "api_versions"]},
    sync_to_thread=True,
)
def instance_v2(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, site: str, contact: str
) -> dict[str, Any]:
    """Say what this network is, in the newer shape."""
    with db.reading() as tx:
        counts, official = _counted(request, tx, clock.now()), _official(tx, site)
    return {
        "domain": urlsplit(site).netloc,
        "title": _("Network"),
        "version": version(),
        "source_url": "",
        "description": _said(),
        "usage": {"users": {"active_month": counts.active}},
        "thumbnail": {"url": f"{site}/static/favicon.svg"},
        "icon": [],
        "languages": list(LANGUAGES),
        "configuration": _bounds()
        | {"urls": {}, "vapid": {"public_key": ""}, "translation": {"enabled": False}, "limited_federation": True},
        "registrations": {"enabled": True, "approval_required": False, "message": None, "url": f"{site}/sign-up"},
        "api_versions": {"mastodon": API_VERSION},
        "contact": {"email": contact, "account": official},
        "rules": rules(neighbours),
    }


@get("/instance/rules", may=May.ANYONE, tells={"type": "array"}, sync_to_thread=False)
def instance_rules(neighbours: Neighbours) -> list[dict[str, Any]]:
    """Say what a report can be about."""
    return rules(neighbours)


@get("/instance/peers", may=May.ANYONE, tells={"type": "array", "maxItems": 0}, sync_to_thread=False)
def instance_peers() -> list[str]:
    """Name the networks that this one talks with: none."""
    return []


@get("/instance/activity", may=May.ANYONE, tells={"type": "array", "maxItems": 0}, sync_to_thread=False)
def instance_activity() -> list[dict[str, str]]:
    """Say how much went on each week: nothing here counts it."""
    return []


@get("/instance/extended_description", may=May.ANYONE, sync_to_thread=False)
def instance_description() -> dict[str, str]:
    """Say more of this network."""
    return {"updated_at": "", "content": f"<p>{_said()}</p>"}


HANDLERS: list[ControllerRouterHandler] = [
    instance,
    instance_rules,
    instance_peers,
    instance_activity,
    instance_description,
]
HANDLERS_V2: list[ControllerRouterHandler] = [instance_v2]
