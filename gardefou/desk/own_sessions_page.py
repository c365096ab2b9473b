"""One's own sessions: every browser one is signed in at, and ending one or all others."""

from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.frame import frame
from gardefou.desk.session import AnyRequest
from gardefou.may import May
from gardefou.staff.methods import Method
from gardefou.staff.own_sessions import end_others, end_session, own_sessions
from gardefou.staff.sessions import LONGEST, SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _

PAGE = "/desk/me/sessions"


@get(PAGE, may=May.STAFF, sync_to_thread=True)
def show(request: AnyRequest, db: Database, clock: Clock, me: SignedIn) -> Template:
    """List the browsers one is signed in at, this one first."""
    now = clock.now()
    with db.reading() as tx:
        context = frame(tx, me, now)
        found = [dict(row) | {"came": _came(row["method"])} for row in own_sessions(tx, me.person_id, now)]
    found.sort(key=lambda row: row["id"] != me.session_id)
    context |= {"sessions": found, "here": me.session_id, "longest": LONGEST, "ended": _ended(request)}
    return Template("desk/own_sessions.html", context=context)


def _ended(request: AnyRequest) -> bool:
    return request.query_params.get("ended") == "1"


def _came(method: str) -> str:
    said: dict[str, Any] = {
        Method.LINK: _("by a link"),
        Method.PASSKEY: _("with a passkey"),
        Method.OIDC: _("through your identity provider"),
        Method.DEMO: _("by a click in the demonstration"),
    }
    return str(said[Method(method)])


@post("/desk/me/sessions/{session_id:int}/end", may=May.STAFF, sync_to_thread=True)
def end(db: Database, clock: Clock, me: SignedIn, session_id: int) -> Redirect:
    """Sign one browser out."""
    with db.transaction() as tx:
        end_session(tx, actor=me.actor, now=clock.now(), session_id=session_id)
    return Redirect(f"{PAGE}?ended=1", status_code=303)


@post("/desk/me/sessions/end-others", may=May.STAFF, sync_to_thread=True)
def end_all_others(db: Database, clock: Clock, me: SignedIn) -> Redirect:
    """Sign every browser out but this one."""
    with db.transaction() as tx:
        end_others(tx, actor=me.actor, now=clock.now(), keep=me.session_id)
    return Redirect(f"{PAGE}?ended=1", status_code=303)
