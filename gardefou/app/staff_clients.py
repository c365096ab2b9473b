"""A member's program with which somebody who works here moderates: chosen at the desk, by whoever is both.

It takes both sessions, the desk's and the network's, in one browser, and a key of the person's here and now. From then
on the program acts as that person, under the same rules as the desk, until the desk's session ends.
"""

from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.connectors.embedded.admin_api.programs import programs_of
from gardefou.desk.frame import frame
from gardefou.desk.session import AnyRequest, cookie
from gardefou.desk.sign_in import Form
from gardefou.desk.step_up import shown_again, to_show
from gardefou.may import May
from gardefou.network.web.common import provide_member
from gardefou.orders.ports import Ports
from gardefou.staff.clients import choose_client, clients_of, let_client_go
from gardefou.staff.errors import UnknownSessionError
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _

PAGE = "/desk/me/clients"


@get(PAGE, may=May.STAFF, sync_to_thread=True)
def show(request: AnyRequest, db: Database, clock: Clock, ports: Ports, door_key: bytes, me: SignedIn) -> Template:
    """List the programs that could act as the reader, and those that do."""
    now, member = clock.now(), provide_member(request, db, clock)
    with db.reading() as tx:
        context: dict[str, Any] = frame(tx, me, now) | {
            "member": member,
            "programs": [] if member is None else programs_of(tx, member.id),
            "chosen": clients_of(tx, me.session_id),
            "ask": to_show(tx, ports, door_key=door_key, me=me, now=now),
        }
    return Template("desk/clients.html", context=context)


@post(f"{PAGE}/{{client_id:int}}/choose", may=May.STAFF, gives=(303,), asks=("said",), sync_to_thread=True)
def choose(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    door_key: bytes,
    me: SignedIn,
    client_id: int,
    data: Form,
) -> Redirect:
    """Let one of one's own programs act as oneself while this session lasts.

    Raises:
        UnknownSessionError: it is no program of the member who is signed in here.
    """
    now, member = clock.now(), provide_member(request, db, clock)
    with db.transaction() as tx:
        if member is None or client_id not in {one.id for one in programs_of(tx, member.id)}:
            raise UnknownSessionError(_("You have no such program here: sign in on the network in this browser first."))
        fresh = shown_again(tx, request, ports, door_key=door_key, me=me, said=data.get("said", ""), now=now)
        choose_client(tx, actor=me.actor, now=now, session_id=me.session_id, client_id=client_id)
    return Redirect(PAGE, status_code=303, cookies=[cookie(request, fresh)])


@post(f"{PAGE}/{{client_id:int}}/end", may=May.STAFF, gives=(303,), sync_to_thread=True)
def end(db: Database, clock: Clock, me: SignedIn, client_id: int) -> Redirect:
    """Let a program act as oneself no more."""
    with db.transaction() as tx:
        let_client_go(tx, actor=me.actor, now=clock.now(), session_id=me.session_id, client_id=client_id)
    return Redirect(PAGE, status_code=303)


HANDLERS = [choose, end, show]
