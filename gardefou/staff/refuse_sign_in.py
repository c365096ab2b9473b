"""Write down that somebody was not let in, where it is known whom it concerns, or whose word it was.

A token or a password that nobody ever had is no more than noise, and leaves nothing: the door's limit is for that.
"""

from enum import StrEnum

from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.ledger.entry import Json
from gardefou.staff.methods import Method
from gardefou.staff.queries import person_row
from gardefou.storage import Tx


class NotLetIn(StrEnum):
    """Why. Values are hashed into the record: never change one."""

    LINK_OVER = "link over"
    NOT_ENGAGED = "not engaged"
    UNKNOWN_SUBJECT = "unknown subject"
    BAD_TOKEN = "bad token"  # noqa: S105  # no secret
    BAD_SIGNATURE = "bad signature"


def refuse_sign_in(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    method: Method,
    because: NotLetIn,
    person_id: int | None = None,
    said: str = "",
) -> None:
    """Enter a refused sign-in in the record, with commitments in place of whomever and whatever it names.

    Args:
        tx: the open transaction.
        actor: who tried: the person, or a visitor.
        now: the instant, microseconds.
        method: how they tried.
        because: why they were not let in.
        person_id: whom it would have signed in; None when it names nobody here.
        said: what was shown, such as an identity provider's name for somebody; only a commitment is kept.
    """
    body: dict[str, Json] = {"method": method.value, "because": because.value, "by": actor.kind.value}
    about = []
    if person_id is not None:
        row = person_row(tx, person_id)
        name = str(row["name"]) if row is not None else str(person_id)
        body["who"] = store.commit_to(tx, now=now, key=f"person:{person_id}", content=name)
        about.append(f"person:{person_id}")
    if said:
        body["said"] = store.commit_text(tx, now=now, content=said, written_by=person_id)
    store.append(tx, now=now, kind="sign_in.refused", order_id=None, body=body, about=about)
