"""Enrolling a passkey by an invitation, and coming in with one.

What the browser asks of the key stands in the page (`desk.asking`); the answer is a field of an ordinary form.
"""

from typing import Annotated, Any

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template
from sqlalchemy import RowMapping

from gardefou.clock import Clock
from gardefou.desk.asking import to_make
from gardefou.desk.session import AnyRequest, cookie, label_of, token_of
from gardefou.desk.sign_in import depart, inside, no_way_in, who_is_in
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.orders.ports import Ports
from gardefou.staff import challenges, credentials, sessions
from gardefou.staff.assertion import read
from gardefou.staff.enrol_passkey import enrol_passkey, invited
from gardefou.staff.errors import BadAssertionError, NotEngagedError
from gardefou.staff.methods import Method
from gardefou.staff.queries import require_person
from gardefou.staff.refuse_sign_in import NotLetIn, refuse_sign_in
from gardefou.staff.use_passkey import use_passkey
from gardefou.storage import Database, Tx
from gardefou.storage.limits import Entry
from gardefou.words import gettext as _
from gardefou.words.reasons import sentence

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/desk/enrol/{token:str}", may=May.ANYONE, plain=404, sync_to_thread=True)
def invitation(request: AnyRequest, db: Database, clock: Clock, ports: Ports, door_key: bytes, token: str) -> Template:
    """Show whom an invitation is for, and the button that makes the key; nothing is spent."""
    return _invitation(request, db, clock.now(), ports, door_key, token)


def _invitation(
    request: AnyRequest,
    db: Database,
    now: int,
    ports: Ports,
    door_key: bytes,
    token: str,
    *,
    problem: str = "",
    status: int = 200,
) -> Template:
    try:
        with db.reading() as tx:
            _credential, person_id = invited(tx, now=now, token=token)
            name = str(require_person(tx, person_id)["name"])
    except BadInputError as over:
        return no_way_in(over.message, status=404, here=who_is_in(request, db, now))
    challenge = challenges.ask(key=door_key, now=now, purpose=challenges.ENROL)
    context: dict[str, Any] = {
        "name": name,
        "token": token,
        "problem": problem,
        "options": to_make(ports.site, challenge, person_id=person_id, name=name),
    }
    return Template("desk/enrol.html", context=context, status_code=status)


@post("/desk/enrol/{token:str}", may=May.ANYONE, limit=Entry.PASSKEY, sync_to_thread=True)
def enrol(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, door_key: bytes, token: str, data: Form
) -> Template | Redirect:
    """Write the key, and sign its owner in."""
    now, old = clock.now(), token_of(request)
    try:
        with db.transaction() as tx:
            credential_id = enrol_passkey(
                tx,
                site=ports.site,
                door_key=door_key,
                now=now,
                token=token,
                said=data.get("said", ""),
                label=data.get("label", ""),
            )
            row = credentials.by_id(tx, credential_id)
            person_id = int(row["person_id"])
            fresh = _let_in(tx, request, now=now, row=row, old=old)
    except BadInputError as problem:
        said = (
            sentence("needs-signature", {"signature": problem.why})[1] if isinstance(problem, BadAssertionError) else ""
        )
        return _invitation(request, db, now, ports, door_key, token, problem=said or problem.message, status=400)
    return Redirect(f"/desk/people/{person_id}?enrolled=1", status_code=303, cookies=[cookie(request, fresh)])


def _let_in(tx: Tx, request: AnyRequest, *, now: int, row: RowMapping, old: str) -> str:
    depart(tx, now=now, token=old)
    person_id = int(row["person_id"])
    return sessions.open_session(
        tx,
        actor=Actor.person(person_id),
        now=now,
        person_id=person_id,
        method=Method.PASSKEY,
        label=label_of(request),
        old_token=old,
        credential_id=int(row["id"]),
    )


@post("/desk/passkey", may=May.ANYONE, limit=Entry.PASSKEY, sync_to_thread=True)
def come_in(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, door_key: bytes, data: Form
) -> Template | Redirect:
    """Sign in whoever's key answered what the door asked; a refusal says the same whatever was wrong."""
    now, said = clock.now(), data.get("said", "")
    try:
        with db.transaction() as tx:
            one = read(said)
            challenges.spend(tx, key=door_key, now=now, purpose=challenges.SIGN_IN, answered=one.challenge)
            row = use_passkey(tx, site=ports.site, now=now, said=said, challenge=one.challenge)
            fresh = _let_in(tx, request, now=now, row=row, old=token_of(request))
    except BadInputError as problem:
        with db.transaction() as tx:
            _not_let_in(tx, now, said, problem)
        return no_way_in(_("This key does not let anybody in here."))
    return Redirect(inside(data.get("next", "/desk")), status_code=303, cookies=[cookie(request, fresh)])


def _not_let_in(tx: Tx, now: int, said: str, problem: BadInputError) -> None:
    """Write down that a key of somebody's was tried; one that is nobody's leaves nothing."""
    try:
        row = credentials.by_key(tx, read(said).key_id)
    except BadAssertionError:
        return
    if row is not None:
        because = NotLetIn.NOT_ENGAGED if isinstance(problem, NotEngagedError) else NotLetIn.BAD_SIGNATURE
        stranger = Actor.visitor("sign-in")
        refuse_sign_in(
            tx, actor=stranger, now=now, method=Method.PASSKEY, because=because, person_id=int(row["person_id"])
        )
