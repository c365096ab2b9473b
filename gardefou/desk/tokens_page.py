"""The tokens of machines: which there are, for what and until when, by which order; issuing, collecting, ending."""

from typing import Any

from litestar import get, post
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk.changes import Asking, Change
from gardefou.desk.frame import frame
from gardefou.desk.people import known, named
from gardefou.desk.session import AnyRequest, cookie
from gardefou.desk.sign_in import Form
from gardefou.desk.step_up import shown_again, to_show
from gardefou.may import May
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.collect_token import collect_token
from gardefou.staff.sessions import SignedIn
from gardefou.staff.tokens import all_tokens, state_of
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _


@get("/desk/tokens", may=May.STAFF, sync_to_thread=True)
def index(db: Database, clock: Clock, ports: Ports, door_key: bytes, me: SignedIn) -> Template:
    """List every token there ever was, and show what can be asked for."""
    with db.reading() as tx:
        now = clock.now()
        return tokens_page(tx, ports, me=me, now=now, ask=to_show(tx, ports, door_key=door_key, me=me, now=now))


def tokens_page(
    tx: Tx,
    ports: Ports,
    *,
    me: SignedIn,
    now: int,
    values: dict[str, str] | None = None,
    wrong: str = "",
    ask: str = "",
) -> Template:
    """Return the page; after a form that could not be read, with what was typed and what is wrong with it.

    `ask` is what the browser asks of the reader's key before a secret is handed out.
    """
    rows = all_tokens(tx)
    people = known(tx, [], now, also=[int(row["person_id"]) for row in rows])
    found: list[dict[str, Any]] = [
        {
            "row": row,
            "good_for": ", ".join(labels.scope(one) for one in row["scopes"].split()),
            "holder": named(row["person_id"], people),
            "state": state_of(row, now),
            "mine": row["person_id"] == me.person_id and state_of(row, now) == "waiting",
        }
        for row in rows
    ]
    live = [(one["row"]["name"], one["row"]["name"]) for one in found if one["state"] in ("live", "waiting", "left")]
    context = frame(tx, me, now) | {
        "tokens": found,
        "changes": _changes(Asking(tx=tx, ports=ports, me=me, now=now, subject_id=HOUSE_ID), live),
        "subject_id": HOUSE_ID,
        "values": values or {},
        "wrong": wrong,
        "ask": ask,
    }
    return Template("desk/tokens.html", context=context, status_code=400 if wrong else 200)


def _changes(ask: Asking, live: list[tuple[str, str]]) -> list[Change]:
    effect = _(
        "Once others have signed, you collect its secret here, once. It ends with your engagement at the latest."
    )
    found = [ask.form(Kind.TOKEN_ISSUE, effect)]
    if live:
        found.append(ask.choices(Kind.TOKEN_END, _("It opens nothing from that instant on."), "name", live))
    return found


@post("/desk/tokens/{token_id:int}/collect", may=May.STAFF, sync_to_thread=True)
def collect(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    door_key: bytes,
    me: SignedIn,
    token_id: int,
    data: Form,
) -> Template:
    """Show whoever proposed a token its secret, this once, when their key has answered."""
    now, said = clock.now(), data.get("said", "")
    with db.transaction() as tx:
        fresh = shown_again(tx, request, ports, door_key=door_key, me=me, said=said, now=now)
        secret = collect_token(tx, actor=me.actor, now=now, token_id=token_id)
    with db.reading() as tx:
        context: dict[str, Any] = frame(tx, me, now) | {"secret": secret}
    return Template(
        "desk/token_secret.html",
        context=context,
        headers={"cache-control": "no-store"},
        cookies=[cookie(request, fresh)],
    )
