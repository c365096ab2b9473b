"""What the public reads of incidents: the list, one incident, the feed. Nothing before a statement is published."""

from typing import Protocol, runtime_checkable

from litestar import Response, get
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.incidents import queries
from gardefou.incidents.errors import UnknownIncidentError
from gardefou.incidents.feed import feed
from gardefou.incidents.story import handle_of, statements, story, title
from gardefou.incidents.timeline import steps
from gardefou.may import May
from gardefou.storage import Database
from gardefou.words import gettext as _
from gardefou.words import speak


@runtime_checkable
class HasUrl(Protocol):
    """Settings, as far as the feed needs them."""

    public_url: str


@get("/incidents", may=May.ANYONE, sync_to_thread=True)
def index(db: Database) -> Template:
    """List what has been published, the newest first."""
    with db.reading() as tx:
        lines = []
        for row in queries.public_incidents(tx):
            told = statements(tx, queries.statements(tx, row["id"], published_only=True))
            found = steps(tx, row["id"], named=False)
            lines.append({"row": row, "title": title(handle_of(tx, row), found), "statement": told[0]})
    return Template("incidents/index.html", context={"lines": lines})


@get("/incidents/{incident_id:int}", may=May.ANYONE, sync_to_thread=True)
def show(db: Database, incident_id: int) -> Template:
    """Show an incident.

    Raises:
        UnknownIncidentError: there is none by that number, or none that the public has been told of.
    """
    with db.reading() as tx:
        if not queries.statements(tx, incident_id, published_only=True):
            raise UnknownIncidentError(_("There is no published incident %(number)s.", number=str(incident_id)))
        told = story(tx, incident_id, named=False)
    return Template("incidents/incident.html", context={"story": told, "lines": told.lines})


@get("/incidents/feed.atom", may=May.ANYONE, media="application/atom+xml", sync_to_thread=True)
def atom(db: Database, settings: HasUrl) -> Response[bytes]:
    """Return the feed, in both languages."""
    with db.reading() as tx, speak("en"):
        body = feed(tx, url=settings.public_url.rstrip("/"))
    return Response(body, media_type="application/atom+xml; charset=utf-8")


#: For `app` to mount.
HANDLERS: list[ControllerRouterHandler] = [index, show, atom]
