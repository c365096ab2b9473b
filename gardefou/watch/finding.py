"""What an audit finds, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The first thing that differs.

    Attributes:
        code: a stable word for machines.
        index: the entry it was found at, if at one.
        order_id: the order it concerns, if one.
        fields: what the sentence is filled with.
    """

    code: str
    index: int | None = None
    order_id: int | None = None
    fields: Mapping[str, str | int] = field(default_factory=dict)

    def to_json(self) -> dict[str, str | int | None]:
        """Return it for machines; ids as decimal strings."""
        order = None if self.order_id is None else str(self.order_id)
        return {"code": self.code, "index": self.index, "order": order, **self.fields, "words": sentence(self)}


def sentence(finding: Finding) -> str:
    """Say a finding in the language spoken now."""
    return _sentences()[finding.code] % {"index": finding.index, "order": finding.order_id, **finding.fields}


def _sentences() -> dict[str, str]:
    return {
        "entry-missing": _("Entry %(index)s is missing from the record."),
        "entry-changed": _("Entry %(index)s is not what was hashed: it was changed, moved or put in."),
        "entries-cut": _("The record’s head counts %(size)s entries; there are %(found)s."),
        "root-differs": _("The %(size)s entries do not add up to the record’s head: one was changed, moved or put in."),
        "head-rewritten": _(
            "The record of the first %(size)s entries is not the one whose head was signed: it was rewritten."
        ),
        "record-behind": _(
            "A head of %(size)s entries was signed, and the record has %(found)s: it was cut, or an old copy put back."
        ),
        "published-differs": _("What was published of the record does not hold: %(why)s."),
        "entry-unreadable": _("Entry %(index)s cannot be read: %(why)s."),
        "column-differs": _("Entry %(index)s says something else than the column “%(column)s” beside it."),
        "about-differs": _("The index of entry %(index)s is wrong about %(about)s."),
        "opening-changed": _("The opening of commitment %(commitment)s was changed: it no longer hashes to it."),
        "opening-missing": _("Entry %(index)s commits to something (%(field)s) whose opening is gone."),
        "opening-kept": _(
            "Entry %(index)s: an order has erased a person, and the opening (%(field)s) that tells of them is there."
        ),
        "erasure-differs": _("Person %(person)s is not as the orders to erase people left them: %(what)s."),
        "rulebook-changed": _("The text of rulebook %(digest)s was changed: it no longer hashes to its digest."),
        "rulebook-forged": _("Rulebook %(digest)s stands in the database, and no entry brought it into force."),
        "rulebook-unknown": _("Entry %(index)s rests on rulebook %(digest)s, which was not in force."),
        "rulebook-not-in-force": _("The record says that rulebook %(digest)s is in force; the database does not."),
        "step-impossible": _("Entry %(index)s takes order %(order)s a step that its life does not have: %(step)s."),
        "decision-missing": _("Entry %(index)s moves order %(order)s and records no decision."),
        "decision-differs": _(
            "Entry %(index)s: asked again on the same facts, the guard answers “%(again)s”, not “%(recorded)s”."
        ),
        "facts-differ": _("Entry %(index)s: what the decision rests on is not what the record says of %(what)s."),
        "standing-differs": _("Entry %(index)s: the standing before or after is not what the orders in effect give."),
        "order-forged": _("Order %(order)s stands in the database, and no entry explains it."),
        "order-missing": _("The record has order %(order)s; the database has not."),
        "order-differs": _("Order %(order)s is not what the record says: %(column)s was changed."),
        "vote-forged": _("A vote on order %(order)s stands in the database, and no entry explains it."),
        "vote-missing": _("The record has a vote on order %(order)s that the database has not."),
        "vote-differs": _("A vote on order %(order)s is not what the record says: %(column)s was changed."),
        "key-differs": _("Passkey %(key)s is not the one that the record committed to when it was enrolled."),
        "signature-bad": _("Entry %(index)s: the signature does not verify (%(why)s)."),
        "signature-missing": _(
            "Entry %(index)s: order %(order)s counts somebody as having signed (%(verb)s) who has not."
        ),
        "notice-differs": _("A notice of order %(order)s is not as its message is: %(column)s was changed."),
        "notices-early": _("Order %(order)s was decided as if everyone had been told; the messages say otherwise."),
        "head-differs": _("Witnesses are said to have signed a head of %(size)s entries that the record never had."),
        "witness-unshown": _("Entry %(index)s counts on a witness that had signed lately, and no head shows it."),
        "incident-differs": _("Incident %(incident)s is not what the record says: %(column)s was changed."),
        "statement-differs": _("Statement %(statement)s is not what the record says: %(column)s was changed."),
        "guard-missing": _("The database’s own guard %(guard)s is missing, changed or none of ours."),
        "founding-forged": _("The database and the record do not agree on whether, or when, the house was founded."),
        "house-renamed": _("Who made the database is not what entry %(index)s, the founding, says."),
        "safeguard-unexplained": _(
            "A safeguard is not what the founding and the orders since made it: %(kind)s, number %(key)s."
        ),
        "platform-differs": _("The platform shows %(subject)s as %(shown)s; the record says %(recorded)s."),
        "platform-unexplained": _(
            "The platform shows %(subject)s as %(shown)s by order %(order)s, which did not do it."
        ),
    }
