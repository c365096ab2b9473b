"""The demo's own pages: be anybody with one click, follow the tour, read the mail. Only in a house the demo made."""

import email
import email.policy
from base64 import b64encode
from dataclasses import dataclass
from email.message import MIMEPart
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler
from sqlalchemy import select

from gardefou.app.demo import people
from gardefou.app.demo.accounts import TRUMP
from gardefou.app.demo.network import POSTS_ARE
from gardefou.app.demo.sink import MAIL
from gardefou.app.demo.tour import steps
from gardefou.app.house import House
from gardefou.clock import SECOND, from_datetime
from gardefou.desk import gallery
from gardefou.desk.session import COOKIE, cookie, label_of
from gardefou.desk.sign_in import depart
from gardefou.errors import NotFoundError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.sessions import LASTS
from gardefou.network.sign_in import sign_in as member_sign_in
from gardefou.network.tables import net_account
from gardefou.network.web.common import SESSION_COOKIE, kept, provide_member, same_site
from gardefou.reports.tables import cases
from gardefou.staff import sessions
from gardefou.staff.methods import Method
from gardefou.storage.house import remembered

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
AnyRequest = Request[Any, Any, Any]
#: The newest messages shown.
SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message caught; what is attached by name, each in base64."""

    to: str
    subject: str
    text: str
    at: int
    attached: tuple[tuple[str, str], ...]


@get("/demo", may=May.ANYONE, sync_to_thread=True)
def front(request: AnyRequest, house: House) -> Template:
    """Offer every person in one click, say who you are, and lead through the story."""
    now = house.clock.now()
    token = request.cookies.get(COOKIE, "")
    with house.db.reading() as tx:
        me = sessions.person_of(tx, token, now) if token else None
        account_id = tx.scalar(select(net_account.c.id).where(net_account.c.handle == TRUMP))
        case_id = tx.scalar(select(cases.c.id).where(cases.c.account_id == account_id, cases.c.state == "open"))
        context = {
            "me": None,
            "signed_in": me,
            "member": provide_member(request, house.db, house.clock),
            "staff": people.staff(tx, now),
            "members": people.members(tx),
            "steps": steps(handle=TRUMP, case_id=case_id),
            "by_name": {one.name: one for one in people.staff(tx, now)},
            "now": now,
        }
    return Template("demo/front.html", context=context)


@post("/demo/as/{number:int}", may=May.ANYONE, sync_to_thread=True)
def become(request: AnyRequest, house: House, number: int, data: Form) -> Redirect:
    """Sign this browser in as one of the cast, and go where the step of the tour leads.

    Who one was before gives every case back, so that the tour never waits for somebody who is not there any more.
    """
    now = house.clock.now()
    with house.db.transaction() as tx:
        depart(tx, now=now, token=request.cookies.get(COOKIE, ""))
        token = sessions.open_session(
            tx, actor=people.DOOR, now=now, person_id=number, method=Method.DEMO, label=label_of(request)
        )
    return Redirect(same_site(data.get("next", "/desk")), status_code=303, cookies=[cookie(request, token)])


@post("/demo/member/{number:int}", may=May.ANYONE, sync_to_thread=True)
def become_member(request: AnyRequest, house: House, number: int) -> Redirect:
    """Sign this browser in as one of the members.

    Raises:
        NotFoundError: there is no such member to be.
    """
    now = house.clock.now()
    with house.db.transaction() as tx:
        if str(number) not in {member["id"] for member in people.members(tx)}:
            raise NotFoundError("there is no such member to be")
        token = member_sign_in(tx, actor=Actor.member(number), now=now)
    session = kept(request, SESSION_COOKIE, token, lasts=LASTS // SECOND)
    return Redirect("/home", status_code=303, cookies=[session])


@get("/demo/mail", may=May.ANYONE, sync_to_thread=True)
def mail(request: AnyRequest, house: House) -> Template:
    """Show the mail caught so far, the newest first."""
    folder = house.settings.folder / MAIL
    paths = sorted(folder.glob("*.eml"), reverse=True) if folder.is_dir() else []
    context = {
        "mails": [_read(path) for path in paths[:SHOWN]],
        "member": provide_member(request, house.db, house.clock),
    }
    return Template("demo/mail.html", context=context)


@get("/demo/gallery", may=May.ANYONE)
async def parts() -> Template:
    """Show every component and every state of the rail, to be looked at before the look is changed."""
    until = gallery.HELD_FROM + gallery.HOLD
    context = {"rails": gallery.rails(), "plans": gallery.plans(), "now": gallery.NOW, "until": until}
    return Template("gallery.html", context=context)


def _packed(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    return b64encode(data).decode() if isinstance(data, bytes) else ""


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    sent = message["date"].datetime if message["date"] else None
    return Mail(
        to=str(message["to"]),
        subject=str(message["subject"]),
        text=body.get_content() if body else "",
        at=from_datetime(sent) if sent is not None and sent.tzinfo else 0,
        attached=tuple((part.get_filename() or "", _packed(part)) for part in message.iter_attachments()),
    )


def posts_are(house: House) -> str:
    """Return whether the posts of the incident's account are `real` or `typed`."""
    with house.db.reading() as tx:
        return remembered(tx, POSTS_ARE) or "typed"


HANDLERS: list[ControllerRouterHandler] = [front, become, become_member, mail, parts]
