"""`rulebook.replace`: another rulebook in force, one that is proved and that the people at hand can satisfy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.guard.rules import Rulebook
from gardefou.orders import rulebook
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.at_hand import unsatisfied
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: Given the text of a rulebook, returns it and the digest of its proof; refuses one that is not proved.
Prove = Callable[[str], tuple[Rulebook, str]]


@dataclass(frozen=True, slots=True)
class ReplaceRulebook:
    """Replaces the rulebook: `digest` of a text that is kept already (`orders.rulebook.keep`)."""

    prove: Prove
    given: ClassVar[tuple[str, ...]] = ("digest",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Prove the rulebook; what is signed names its digest and its proof's.

        Raises:
            ChangeError: no such text is kept.
            RulebookError: it is not a rulebook, or not proved.
            NothingToChangeError: it is in force.
            ChangeError: the people who work here could not satisfy it.
        """
        digest = fields(change, needed=("digest",))["digest"]
        book, proof = self.prove(_text(tx, digest))
        if rulebook.text_in_force(tx)[0] == book.digest:
            raise NothingToChangeError(_("That rulebook is in force already"))
        never, _not_now = unsatisfied(tx, book, now)
        if never:
            words = _(
                "Nobody here could ever satisfy: %(rules)s. Engage people, or change the rule.", rules=", ".join(never)
            )
            raise ChangeError(words, field="digest")
        return {"digest": book.digest.hex(), "name": book.name, "proof": proof}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Prove it again, and put it in force.

        Raises:
            RulebookError: it is not proved any more.
            ChangeError: the proof is another one than was signed.
        """
        text = _text(tx, order.change["digest"])
        _book, proof = self.prove(text)
        if proof != order.change["proof"]:
            raise ChangeError(_("The rulebook’s proof is another one than was signed; propose it again"))
        rulebook.replace(
            tx,
            actor=order.proposer,
            now=now,
            text=text,
            loader=lambda kept: self.prove(kept)[0],
            order_id=order.id,
            proof=proof,
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return the digest of the rulebook in force."""
        return rulebook.text_in_force(tx)[0].hex()


def _text(tx: Tx, digest: str) -> str:
    try:
        text = rulebook.kept(tx, bytes.fromhex(digest))
    except ValueError:
        text = None
    if text is None:
        raise ChangeError(_("No rulebook of the digest %(digest)s is kept here", digest=digest[:16]), field="digest")
    return text
