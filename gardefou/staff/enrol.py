"""Enrol a person."""

from sqlalchemy import insert, select

from gardefou.events import Actor
from gardefou.staff.erased import is_placeholder
from gardefou.staff.errors import EmailTakenError, NameTakenError, PersonError
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _
from gardefou.words.plain import is_address, unseen_in

NAME_LIMIT = 200


def enrol(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    name: str,
    email: str,
    locale: str = "en",
    person_id: int | None = None,
) -> int:
    """Enrol a human who works here; they have no engagement and no role yet.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        name: what colleagues read; one human, one name.
        email: where notices go; one human, one address, whatever its capitals.
        locale: the language they read, `en` or `fr`.
        person_id: the number an order has given them already; a new one when None.

    Returns:
        The person's id.

    Raises:
        PersonError: the name, the address or the language cannot be kept.
        NameTakenError: somebody already goes by that name.
        EmailTakenError: somebody already has that address; the message names them.
    """
    name, email = name.strip(), email.strip()
    check_person(tx, name=name, email=email, locale=locale)
    person_id = person_id or tx.new_id(now)
    tx.execute(
        insert(person).values(
            id=person_id,
            name=name,
            email=email,
            email_key=email_key(email),
            locale=locale,
            version=0,
            created_at=now,
        )
    )
    return person_id


def check_person(tx: Tx, *, name: str, email: str, locale: str) -> None:
    """Insist that somebody could be enrolled so.

    Raises:
        PersonError, NameTakenError, EmailTakenError: as for `enrol`.
    """
    if not name or len(name) > NAME_LIMIT:
        raise PersonError(f"a person's name has 1 to {NAME_LIMIT} characters; this one has {len(name)}")
    if is_placeholder(name):
        raise PersonError(f"'{name}' stands for somebody who was erased; give a name that colleagues can use")
    seen("name", name)
    if not is_address(email):
        raise PersonError(f"{email[:100]!r} is not an e-mail address; notices to {name} could not be sent")
    if locale not in LANGUAGES:
        raise PersonError(f"'{locale}' is not a language spoken here; use one of {', '.join(LANGUAGES)}")
    if tx.scalar(select(person.c.id).where(person.c.name == name)) is not None:
        raise NameTakenError(f"somebody here is already called '{name}'; give the name that tells them apart")
    key = email_key(email)
    other = tx.scalar(select(person.c.name).where(person.c.email_key == key))
    if other is not None:
        words = _(
            "%(email)s is the address of %(other)s; one human is one person here, and has one", email=email, other=other
        )
        raise EmailTakenError(words)


def seen(what: str, name: str) -> None:
    """Insist that whoever reads a name sees all of it.

    Raises:
        PersonError: a character of it would be seen by nobody.
    """
    code = unseen_in(name)
    if code:
        raise PersonError(
            _("%(name)s: holds a character that nobody sees, %(code)s; write it without", name=what, code=code)
        )


def email_key(email: str) -> str:
    """Return what two writings of one address have in common."""
    return email.strip().casefold()
