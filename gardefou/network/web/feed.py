"""An account's public posts as an Atom feed (RFC 4287), to whoever may see its page at this very instant (promise 8).

What is passed on, what answers somebody else and what is not written for everybody stay out. A reader may keep the
feed, and has to ask each time whether it still is what it was: one that is hidden is gone from the next question on.
"""

import hashlib
import re
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from markupsafe import Markup

from gardefou.clock import to_datetime, to_iso
from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.ports import AccountRow
from gardefou.network.queries import Member, shown_account
from gardefou.network.web.common import AnyRequest, handle_in
from gardefou.network.web.opengraph import NO_AVATAR, short
from gardefou.network.web.showing import ShownPost, shown
from gardefou.storage import Database, Tx

_MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What no XML document may hold, however it is written.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE = 80


@get("/{name:str}/feed.atom", may=May.ANYONE, media=_MEDIA_TYPE, sync_to_thread=True)
def account_feed(request: AnyRequest, db: Database, site: str, member: Member | None, name: str) -> Response[bytes]:
    """Return an account's feed, or that it is the one the reader has.

    A date alone cannot tell that: a post that is taken back makes the feed's newest older. So only the tag is compared.
    """
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        posts = _posts(tx, account, member.id if member else None, site)
    body, updated = _feed(account, posts, site), _updated(account, posts)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(to_datetime(updated), usegmt=True),
        "Cache-Control": "no-cache",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=_MEDIA_TYPE, headers=headers)
    return Response(body, media_type=f"{_MEDIA_TYPE}; charset=utf-8", headers=headers)


def _posts(tx: Tx, account: AccountRow, reader: int | None, site: str) -> list[ShownPost]:
    number, sought = int(account["id"]), timelines.Sought(for_all=True, no_boosts=True, no_answers=True)
    found = timelines.page_of_account(tx, number, reader, sought, before=None)
    return shown(tx, found.posts, reader=reader, faceless=number, site=site)


def _updated(account: AccountRow, posts: list[ShownPost]) -> int:
    """Return when the feed last changed; before the first post, when the account was opened."""
    times = [item.post.edited_at or item.post.created_at for item in posts]
    return max(times, default=int(account["created_at"]))


def _feed(account: AccountRow, posts: list[ShownPost], site: str) -> bytes:
    page = f"{site}/@{account['handle']}"
    root = ET.Element("feed", {"xmlns": _ATOM, _LANG: account["locale"]})
    _text(root, "id", _lasting(site, int(account["created_at"]), f"accounts/{account['id']}"))
    _text(root, "title", f"{account['display_name']} (@{account['handle']})")
    if account["note"]:
        _text(root, "subtitle", account["note"])
    _text(root, "updated", to_iso(_updated(account, posts)))
    avatar = account["avatar_id"]
    _text(root, "icon", f"{site}{NO_AVATAR}" if avatar is None else f"{site}/media/{avatar}/preview")
    ET.SubElement(root, "link", {"rel": "self", "type": _MEDIA_TYPE, "href": f"{page}/feed.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    author = ET.SubElement(root, "author")
    _text(author, "name", account["display_name"])
    _text(author, "uri", page)
    for item in posts:
        _entry(root, item, site)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: ET.Element, item: ShownPost, site: str) -> None:
    post = item.post
    address = f"{site}/@{post.handle}/{post.id}"
    entry = ET.SubElement(root, "entry", {_LANG: post.locale})
    _text(entry, "id", _lasting(site, post.created_at, f"posts/{post.id}"))
    _text(entry, "title", short(post.spoiler or post.text, _LONGEST_TITLE) or f"@{post.handle}")
    _text(entry, "published", to_iso(post.created_at))
    _text(entry, "updated", to_iso(post.edited_at or post.created_at))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "content", _content(item, address, site)).set("type", "html")


def _content(item: ShownPost, address: str, site: str) -> Markup:
    """Return a post as HTML with whole addresses; of one behind a warning the warning, and where it is read."""
    post = item.post
    if post.spoiler:
        return Markup('<p><a href="{}">{}</a></p>').format(address, post.spoiler)
    said = Markup("<p>{}</p>").format(item.html)
    if post.sensitive:
        return said
    image = Markup('<p><img src="{}/media/{}/original" alt="{}"></p>')
    return said + Markup().join(image.format(site, one.id, one.description) for one in item.images)


def _lasting(site: str, at: int, what: str) -> str:
    """Return an id that stays the same whatever the account is called (RFC 4151)."""
    return f"tag:{urlsplit(site).hostname},{to_datetime(at).date().isoformat()}:{what}"


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _UNFIT.sub("", text)
    return element


HANDLERS: list[ControllerRouterHandler] = [account_feed]
