"""`credential.enrol` and `credential.end`: which keys, and which subjects at a provider, speak for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from gardefou.events import outbox
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.staff import credentials
from gardefou.staff.credentials import KINDS, OIDC, PASSKEY
from gardefou.staff.end_credential import end_credential
from gardefou.staff.enrol_passkey import LABEL_LENGTH
from gardefou.staff.invite_credential import invite_credential
from gardefou.staff.queries import require_person
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: The outbox's word for a letter with a link that enrols a passkey; the link is made as the letter leaves.
INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class EnrolCredential:
    """Invites a person to enrol a passkey, or says who they are at a provider: `way`, `label`, `issuer`, `subject`."""

    given: ClassVar[tuple[str, ...]] = ("way", "label", "issuer", "subject")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read which way in it is.

        Raises:
            ChangeError: it cannot be read.
            NothingToChangeError: that subject is somebody's already, or they were joined into somebody else.
        """
        read = fields(change, needed=("way",), optional=("label", "issuer", "subject"))
        still_oneself(tx, subject)
        if read["way"] not in KINDS:
            raise ChangeError(_("%(way)s is no way in; use passkey or oidc", way=read["way"][:40]), field="way")
        read["label"] = " ".join(read["label"].split())[:LABEL_LENGTH] or subject.label
        if read["way"] == PASSKEY:
            return {"way": PASSKEY, "label": read["label"]}
        if urlsplit(read["issuer"]).scheme not in ("https", "http") or not read["subject"]:
            words = _("A subject at a provider is named by its issuer, an address, and the subject there")
            raise ChangeError(words, field="issuer")
        known = credentials.person_by_subject(tx, issuer=read["issuer"], subject=read["subject"], now=now)
        if known is not None:
            other = require_person(tx, known)["name"]
            raise NothingToChangeError(_("That subject is %(name)s already", name=other))
        return read

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Invite them; the letter with the link leaves as soon as mail does."""
        said = order.change
        credential_id = invite_credential(
            tx,
            actor=order.proposer,
            now=now,
            person_id=subject.id,
            kind=said["way"],
            label=said["label"],
            issuer=said.get("issuer", ""),
            subject=said.get("subject", ""),
            order_id=order.id,
        )
        if said["way"] == OIDC:
            return
        person = require_person(tx, subject.id)
        body = {
            "credential": str(credential_id),
            "to": person["email"],
            "name": person["name"],
            "locale": person["locale"],
        }
        outbox.enqueue(tx, now=now, topic=INVITATION, key=f"invitation:{order.id}", body=body)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


@dataclass(frozen=True, slots=True)
class EndCredential:
    """Ends a credential: `credential`, its number."""

    given: ClassVar[tuple[str, ...]] = ("credential",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read which one.

        Raises:
            ChangeError: it is no number.
            NothingToChangeError: it is not theirs, or has ended.
        """
        read = fields(change, needed=("credential",))
        mine = {str(row["id"]): row for row in credentials.of_person(tx, subject.id) if row["ended_at"] is None}
        if read["credential"] not in mine:
            raise NothingToChangeError(_("%(name)s has no such credential in force", name=subject.label))
        row = mine[read["credential"]]
        return {"credential": read["credential"], "label": str(row["label"])}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """End it."""
        end_credential(
            tx, actor=order.proposer, now=now, credential_id=int(order.change["credential"]), order_id=order.id
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""
