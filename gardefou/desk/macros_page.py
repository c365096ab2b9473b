"""The templates: everybody reads and uses them, duty managers and administrators keep them."""

from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.acts import policy
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.people import known, named
from gardefou.errors import BadInputError, NotFoundError
from gardefou.may import May
from gardefou.orders.ports import Ports
from gardefou.reports.errors import WorkerError
from gardefou.reports.macros import (
    KEEPERS,
    LONGEST,
    LONGEST_NAME,
    VARIABLES,
    drop_macro,
    keep_macro,
    macros,
    read_macro,
)
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

PAGE = "/desk/macros"


def variables(tx: Tx, ports: Ports) -> list[tuple[str, str]]:
    """Return what a template may leave open, and what fills it; where the house has no policy, that nothing does."""
    clause = _("the policy clause chosen")
    if not policy(tx, ports):
        clause = _("the policy clause chosen; the rulebook in force has no policy, so nothing can fill it now")
    words = {
        "account": _("the account’s handle"),
        "name": _("the account’s name"),
        "case": _("the case’s number"),
        "category": _("what the reports are about"),
        "reports": _("how many reports there are"),
        "reason": _("the reason chosen"),
        "clause": clause,
        "until": _("until when, as chosen"),
        "text": _("the comment typed beside it"),
    }
    return [("{" + name + "}", words[name]) for name in VARIABLES]


@get(PAGE, may=May.STAFF, sync_to_thread=True)
def index(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """List the templates in both languages."""
    now = clock.now()
    with db.reading() as tx:
        found = macros(tx)
        people = known(tx, [], now, also=[one.changed_by for one in found])
        shown = [(one, named(one.changed_by, people)) for one in found]
        context = frame(tx, me, now) | {"macros": shown, "keeps": _keeps(me), "variables": variables(tx, ports)}
    return Template("desk/macros.html", context=context)


def _keeps(me: SignedIn) -> bool:
    return bool(me.roles & KEEPERS)


@get(PAGE + "/new", may=May.STAFF, sync_to_thread=True)
def new(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """Show the form of a new template."""
    return _form(db, clock, ports, me, {"name": "", "en": "", "fr": ""})


@get(PAGE + "/{macro_id:int}", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, macro_id: int) -> Template:
    """Show a template, and the form that writes it anew."""
    with db.reading() as tx:
        found = read_macro(tx, macro_id)
    return _form(db, clock, ports, me, {"name": found.name, **found.texts}, macro_id=macro_id)


def _form(
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    values: dict[str, str],
    *,
    macro_id: int | None = None,
    wrong: str = "",
) -> Template:
    with db.reading() as tx:
        context: dict[str, Any] = frame(tx, me, clock.now()) | {"variables": variables(tx, ports)}
    context |= {"values": values, "macro_id": macro_id, "wrong": wrong, "keeps": _keeps(me)}
    context |= {"longest": LONGEST, "longest_name": LONGEST_NAME}
    return Template("desk/macro.html", context=context, status_code=400 if wrong else 200)


@post(PAGE, may=May.STAFF, asks=("name", "en", "fr"), sync_to_thread=True)
def keep_new(db: Database, clock: Clock, ports: Ports, me: SignedIn, fields: Fields) -> Redirect | Template:
    """Write a new template; what is wrong is said above the form, which loses nothing."""
    return _kept(db, clock, ports, me, fields, None)


@post(PAGE + "/{macro_id:int}", may=May.STAFF, asks=("name", "en", "fr"), sync_to_thread=True)
def keep(db: Database, clock: Clock, ports: Ports, me: SignedIn, macro_id: int, fields: Fields) -> Redirect | Template:
    """Write a template anew."""
    return _kept(db, clock, ports, me, fields, macro_id)


def _kept(
    db: Database, clock: Clock, ports: Ports, me: SignedIn, fields: Fields, macro_id: int | None
) -> Redirect | Template:
    values = {name: fields.text(name) for name in ("name", "en", "fr")}
    try:
        with db.transaction() as tx:
            keep_macro(tx, actor=me.actor, now=clock.now(), macro_id=macro_id, **values)
    except (NotFoundError, WorkerError):
        raise
    except BadInputError as problem:
        return _form(db, clock, ports, me, values, macro_id=macro_id, wrong=problem.message)
    return Redirect(PAGE, status_code=303)


@post(PAGE + "/{macro_id:int}/drop", may=May.STAFF, sync_to_thread=True)
def drop(db: Database, clock: Clock, me: SignedIn, macro_id: int) -> Redirect:
    """Take a template away."""
    with db.transaction() as tx:
        drop_macro(tx, actor=me.actor, now=clock.now(), macro_id=macro_id)
    return Redirect(PAGE, status_code=303)
