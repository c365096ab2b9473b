"""Published statements as an Atom feed (RFC 4287): one entry for each statement and language, with ids that last."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from sqlalchemy import RowMapping

from gardefou.clock import to_datetime, to_iso
from gardefou.incidents import queries
from gardefou.ledger import store
from gardefou.storage import Tx
from gardefou.words import LANGUAGES, speak
from gardefou.words import gettext as _

_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    row: RowMapping
    by: RowMapping | None

    @property
    def updated(self) -> int:
        """When it last changed: what it says never does, but another may replace it."""
        return int(self.row["published_at"] if self.by is None else self.by["published_at"])


def feed(tx: Tx, *, url: str) -> bytes:
    """Return the feed.

    Args:
        tx: the open transaction.
        url: where the house is reached.
    """
    told = [_Told(row=row, by=queries.replaced_by(tx, row["id"])) for row in queries.published(tx)]
    root = ET.Element("feed", {"xmlns": _ATOM, _LANG: "en"})
    _text(root, "id", f"{url}/incidents/feed.atom")
    _text(root, "title", _("Incidents: what the public is told"))
    _text(root, "updated", to_iso(_updated(tx, told)))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{url}/incidents/feed.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{url}/incidents"})
    _text(ET.SubElement(root, "author"), "name", "Garde-fou")
    for one in told:
        for language in LANGUAGES:
            with speak(language):
                _entry(root, one, language, url)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _updated(tx: Tx, told: Sequence[_Told]) -> int:
    """Return when anything here last changed; before the first statement, when the record began."""
    if told:
        return max(one.updated for one in told)
    return next((entry.at for entry in store.entries(tx, limit=1)), 0)


def _entry(root: ET.Element, told: _Told, language: str, url: str) -> None:
    row = told.row
    published = int(row["published_at"])
    page = f"{url}/incidents/{row['incident_id']}"
    title = _("Statement %(number)s", number=row["number"])
    if told.by is not None:
        replaced = _("Replaced by statement %(number)s", number=told.by["number"])
        title = f"{title} ({replaced})"
    entry = ET.SubElement(root, "entry", {_LANG: language})
    day = to_datetime(published).date().isoformat()
    _text(entry, "id", f"tag:{urlsplit(url).hostname},{day}:incidents/{row['incident_id']}/{row['number']}/{language}")
    _text(entry, "title", title)
    _text(entry, "published", to_iso(published))
    _text(entry, "updated", to_iso(told.updated))
    link = {"rel": "alternate", "type": "text/html", "hreflang": language, "href": f"{page}#statement-{row['number']}"}
    ET.SubElement(entry, "link", link)
    _text(entry, "content", str(row[f"text_{language}"]))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
