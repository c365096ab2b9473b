"""Enrol a person."""

from sqlalchemy import insert, select

from gardefou.events import Actor
from gardefou.staff.errors import EmailTakenError, NameTakenError, PersonError
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _

NAME_LIMIT = 200


def enrol(tx: Tx, *, actor: Actor, now: int, name: str, email: str, locale: str = "en") -> int:  # noqa: ARG001  # every write names its actor; the order that will carry this one records it
    """Enrol a human who works here; they have no engagement and no role yet.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        name: what colleagues read; one human, one name.
        email: where notices go; one human, one address, whatever its capitals.
        locale: the language they read, `en` or `fr`.

    Returns:
        The person's id.

    Raises:
        PersonError: the name, the address or the language cannot be kept.
        NameTakenError: somebody already goes by that name.
        EmailTakenError: somebody already has that address; the message names them.
    """
    name, email = name.strip(), email.strip()
    if not name or len(name) > NAME_LIMIT:
        raise PersonError(f"a person's name has 1 to {NAME_LIMIT} characters; this one has {len(name)}")
    if "@" not in email.strip("@") or any(character.isspace() for character in email):
        raise PersonError(f"'{email}' is not an e-mail address; notices to {name} could not be sent")
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
    person_id = tx.new_id(now)
    row = {"id": person_id, "name": name, "email": email, "email_key": key, "locale": locale, "created_at": now}
    tx.execute(insert(person).values(row))
    return person_id


def email_key(email: str) -> str:
    """Return what two writings of one address have in common."""
    return email.strip().casefold()
