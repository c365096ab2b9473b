"""Proposing another rulebook: read, proved, kept and proposed in one transaction, or not at all."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk.answers import PROPOSED, answer, to_sign
from gardefou.desk.changes import Asking, Change
from gardefou.desk.errors import FormError
from gardefou.desk.forms import fields_of
from gardefou.desk.frame import frame
from gardefou.desk.problems import sentence
from gardefou.desk.proof import way_in
from gardefou.desk.session import AnyRequest, wants_json
from gardefou.errors import BadInputError
from gardefou.may import May
from gardefou.orders import rulebook
from gardefou.orders.kinds import Kind
from gardefou.orders.papers import propose_or_draw
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.safeguards.rules import ReplaceRulebook
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

LONGEST = 512_000
#: Of the whole form: the rulebook twice, since a browser sends the field and the file, and what stands around them.
_BODY = 3 * LONGEST


def replacing(tx: Tx, ports: Ports, *, me: SignedIn, now: int) -> Change:
    """Return the form that replaces the rulebook."""
    ask = Asking(tx=tx, ports=ports, me=me, now=now, subject_id=HOUSE_ID)
    effect = _(
        "It is proved before anybody is asked. Once it is in force, open orders that were signed under the old rules "
        "are void."
    )
    return ask.form(Kind.RULEBOOK_REPLACE, effect)


@get("/desk/rules/new", may=May.STAFF, sync_to_thread=True)
def new(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """Show the form, with the rulebook in force to begin with."""
    return _page(db, ports, me=me, now=clock.now())


def _page(
    db: Database, ports: Ports, *, me: SignedIn, now: int, text: str = "", problem: BadInputError | None = None
) -> Template:
    with db.reading() as tx:
        context = frame(tx, me, now) | {"change": replacing(tx, ports, me=me, now=now)}
        in_force = rulebook.text_in_force(tx)[1]
    way = way_in(text) if problem is not None and problem.fields.get("key") == "not proved" else None
    wrong = "" if problem is None else sentence(problem)
    context |= {"text": text or in_force, "wrong": wrong, "way": way}
    return Template("desk/rulebook.html", context=context, status_code=400 if problem is not None else 200)


@post("/desk/rules/new", may=May.STAFF, tells=PROPOSED, asks=("text", "file", "comment"), request_max_body_size=_BODY)
async def propose_rulebook(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn
) -> Response[Any] | Template:
    """Propose a rulebook; one that may not come into force is shown again with what is wrong, and not kept."""
    now, text = clock.now(), ""
    try:
        text, comment = await _sent(request)
        outcome = await asyncio.to_thread(_proposed, db, ports, me, text, comment, now)
    except BadInputError as problem:
        if wants_json(request):
            raise
        return await asyncio.to_thread(_page, db, ports, me=me, now=now, text=text, problem=problem)
    return to_sign(request, outcome) if isinstance(outcome, int) else answer(request, outcome, me=me, now=now)


def _proposed(db: Database, ports: Ports, me: SignedIn, text: str, comment: str, now: int) -> Outcome | int:
    book, kind = ports.load_rulebook(text), Kind.RULEBOOK_REPLACE.value
    reader = ports.changes[kind]
    if isinstance(reader, ReplaceRulebook):
        reader.prove(text)  # It remembers: nobody waits for the solver while the database is locked.
    with db.transaction() as tx:
        rulebook.keep(tx, actor=me.actor, now=now, book=book, text=text)
        change = {"digest": book.digest.hex()}
        return propose_or_draw(
            tx, ports, actor=me.actor, now=now, kind=kind, subject_id=HOUSE_ID, change=change, comment=comment
        )


async def _sent(request: AnyRequest) -> tuple[str, str]:
    """Return the rulebook, from the file if there is one, and the comment.

    Raises:
        FormError: it is too long, or no text.
    """
    if request.content_type[0] == "application/json":
        fields = await fields_of(request)
        return _checked(fields.text("text").encode()), fields.text("comment")
    form = await request.form()
    file = form.get("file")
    content = b""
    if isinstance(file, UploadFile):
        content = await file.read()
        await file.close()
    if not content:
        # A browser ends the lines of a field as mail does; a file, and its digest, have them as they are.
        content = str(form.get("text", "")).replace("\r\n", "\n").encode(errors="replace")
    return _checked(content), str(form.get("comment", "")).strip()


def _checked(content: bytes) -> str:
    if len(content) > LONGEST:
        raise FormError(_("The rulebook is longer than 512 KB."), field="text")
    try:
        text = content.decode()
    except UnicodeDecodeError as problem:
        raise FormError(_("The file is not text in UTF-8."), field="file") from problem
    if not text.strip() or "\0" in text:
        raise FormError(_("Give the rulebook: choose a file, or write it."), field="text")
    return text
