"""`propose`: ask for a change of a safeguard, or for what is done to an account beside its standing."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import typer

from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.commands.prove import text_of
from gardefou.app.commands.signing import sign_paper_here
from gardefou.app.commands.verdicts import reasons
from gardefou.app.errors import FINDING, OK
from gardefou.app.house import House, address
from gardefou.app.people import account_named, number_typed, person_named
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, to_json
from gardefou.orders import labels, rulebook
from gardefou.orders.kinds import DEEDS, SAFEGUARDS, SHAPES, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.papers import propose_or_draw
from gardefou.orders.propose import Outcome
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.credentials import signs_at
from gardefou.storage import Tx
from gardefou.words import gettext as _


def propose(
    kind: Annotated[str, typer.Argument(help="role.grant, tier.assign, rulebook.replace, …", metavar="KIND")],
    subject: Annotated[
        str, typer.Argument(help="The person, account or rulebook file; nothing for person.enrol.", metavar="SUBJECT")
    ] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="What it is to become; several times.", metavar="NAME=VALUE")
    ] = None,
    as_: Annotated[str, typer.Option("--as", help="Who proposes: a name, number or e-mail address.")] = "",
    why: Annotated[str, typer.Option(help="A word for colleagues.")] = "",
    reason: Annotated[str, typer.Option(help="Why an account is acted upon: hijacked, impersonation, legal, …")] = "",
    clause: Annotated[str, typer.Option(help="The clause of the rulebook's policy that it rests on.")] = "",
    post: Annotated[
        list[str] | None, typer.Option("--post", help="A post that shows it; several times.", metavar="NUMBER")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Propose to change a safeguard, or to rename an account, remove followers, speak in its name and the like."""
    wanted = _kind(kind)
    if not as_:
        raise BadInputError(_("say who proposes, with --as PERSON"))
    change = _pairs(set_ or ())
    with the_house(data) as house:
        with house.db.transaction() as tx:
            who = Actor.person(int(person_named(tx, as_)["id"]))
            now = house.clock.now()
            if why and "why" in house.ports.changes[wanted.value].given:
                change.setdefault("why", why)  # Here it is no word beside the order, but signed with it.
            if wanted is Kind.RULEBOOK_REPLACE:
                change["digest"] = _kept(tx, house, subject, who, now)
            drawn = propose_or_draw(
                tx,
                house.ports,
                actor=who,
                now=now,
                kind=wanted.value,
                subject_id=_subject(tx, wanted, subject),
                comment=why,
                change=change,
                reason=reason,
                clause=clause,
                evidence={"posts": post or []},
            )
            at = address(tx, house)
            signs = signs_at(tx, who.person_id or 0, now) or 0
        outcome = sign_paper_here(house, who=who, paper_id=drawn) if isinstance(drawn, int) else drawn
    if outcome is None:
        return _to_sign(wanted, f"{at}/desk/papers/{drawn}", json=json)
    link = f"{at}/desk/orders/{outcome.order.id}"
    order = outcome.order
    thing = {"order": str(order.id), "state": order.state.value, "url": link, "verdict": to_json(outcome.verdict)}
    answer(thing, as_json=json, words=_words(outcome, link, signs))
    return FINDING if order.state is State.REFUSED else OK


def _to_sign(kind: Kind, link: str, *, json: bool) -> int:
    """Say where it is signed: a key answers in the browser, to whoever is signed in there."""
    words = _("Drawn up: %(title)s. Read and sign it here, within an hour: %(link)s", title=labels.act(kind), link=link)
    answer({"order": None, "state": "to sign", "url": link}, as_json=json, words=words)
    return OK


def _kind(name: str) -> Kind:
    known = sorted(kind.value for kind in SAFEGUARDS | DEEDS)
    if name not in known:
        raise BadInputError(_("%(name)s is not proposed here; these are: %(known)s", name=name, known=", ".join(known)))
    return Kind(name)


#: Fields that are instants.
_INSTANTS = frozenset({"starts", "ends", "notice_given_at"})


def _pairs(given: Sequence[str]) -> dict[str, str]:
    """Return what `--set` says; of a thing that is said twice, nobody could say which is meant."""
    pairs = [_pair(text) for text in given]
    twice = next((name for place, (name, _value) in enumerate(pairs) if name in dict(pairs[:place])), None)
    if twice is not None:
        raise BadInputError(_("--set %(name)s comes twice; say it once", name=twice))
    return dict(pairs)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInputError(_("--set %(text)s: write it as name=value", text=text))
    if name.strip() in _INSTANTS and not _says_where(value.strip()):
        raise BadInputError(
            _(
                "%(name)s: “%(text)s” has no offset; write %(text)sZ for UTC, or the offset of your clock, as in "
                "%(text)s+01:00",
                name=name.strip(),
                text=value.strip()[:40],
            )
        )
    return name.strip(), value.strip()


def _says_where(text: str) -> bool:
    """Return whether a time of day says on which clock; a mere day, and what is no time, are for others to read."""
    with suppress(ValueError):
        return ":" not in text or datetime.fromisoformat(text).tzinfo is not None
    return True


def _subject(tx: Tx, kind: Kind, typed: str) -> int:
    shape = SHAPES[kind]
    if shape.creates:
        return 0
    if shape.subject_kind == "house":
        return HOUSE_ID
    if not typed:
        raise BadInputError(_("%(kind)s: say whom or what it is about", kind=kind.value))
    if shape.subject_kind == "post":
        return number_typed(typed)
    found = account_named(tx, typed) if shape.subject_kind == "account" else person_named(tx, typed)
    return int(found["id"])


def _kept(tx: Tx, house: House, file: str, who: Actor, now: int) -> str:
    """Keep the text of a rulebook, so that the order can name it by its digest."""
    text = text_of(file or "(no file)")
    book = house.ports.load_rulebook(text)
    rulebook.keep(tx, actor=who, now=now, book=book, text=text)
    return book.digest.hex()


def _words(outcome: Outcome, link: str, signs: int) -> str:
    title = labels.act(outcome.order.kind)
    if isinstance(outcome.verdict, Refused):
        return "\n".join(
            [_("Refused: %(title)s. Nothing has changed.", title=title), *reasons(outcome.verdict, signs_at=signs)]
        )
    if outcome.order.state is State.EXECUTED:
        return _("Done: %(title)s. Order %(order)s.", title=title, order=outcome.order.id)
    head = _("Proposed: %(title)s. Others sign here: %(link)s", title=title, link=link)
    return "\n".join([head, *reasons(outcome.verdict)])
