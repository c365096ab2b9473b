"""What runs here, as NodeInfo says it: crawlers and programs ask before they know what they have met."""

from typing import Any

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from gardefou.may import May
from gardefou.network.api.instance import SPOKEN, program_version
from gardefou.network.errors import NoSuchPageError
from gardefou.words import gettext as _

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
VERSIONS = ("2.0", "2.1")


@get("/.well-known/nodeinfo", may=May.ANYONE, tells={"type": "object", "required": ["links"]}, sync_to_thread=False)
def links(site: str) -> dict[str, Any]:
    """Say where it stands, in each schema that is spoken."""
    return {"links": [{"rel": f"{SCHEMA}{one}", "href": f"{site}/nodeinfo/{one}"} for one in VERSIONS]}


@get(
    "/nodeinfo/{schema:str}",
    may=May.ANYONE,
    tells={"type": "object", "required": ["version", "software", "protocols", "services", "usage", "metadata"]},
    sync_to_thread=False,
)
def nodeinfo(schema: str) -> Response[dict[str, Any]]:
    """Say what runs here.

    Raises:
        NoSuchPageError: it is not said in this schema.
    """
    if schema not in VERSIONS:
        raise NoSuchPageError
    said = {
        "version": schema,
        "software": {"name": "gardefou", "version": program_version()},
        # The schema wants one at least. None is spoken with other servers, and whoever read of one would try it.
        "protocols": [],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": True,
        # Every count is optional, and none is to be had without counting.
        "usage": {"users": {}},
        "metadata": {"nodeName": _("Network"), "clientApi": f"Mastodon {SPOKEN}"},
    }
    return Response(said, media_type=f'application/json; profile="{SCHEMA}{schema}#"')


HANDLERS: list[ControllerRouterHandler] = [links, nodeinfo]
