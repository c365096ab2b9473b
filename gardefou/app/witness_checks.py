"""What the doctor says of witnesses: none, too few, late, or contradicting the record."""

from collections.abc import Iterator

from gardefou.app.check import Check
from gardefou.app.house import House
from gardefou.app.witnesses import witnesses_of
from gardefou.clock import HOUR
from gardefou.guard.rulebook import asks_for_witness, witness_within
from gardefou.guard.rules import Rulebook
from gardefou.ledger import store, witnessed
from gardefou.ledger.errors import NoteError
from gardefou.ledger.held_by_witnesses import known
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import duration

#: Without a rule that says otherwise, witnesses that have not signed for so long are late.
LATE = HOUR


def witness_checks(tx: Tx, house: House, book: Rulebook, now: int) -> Iterator[Check]:
    """Look whether outsiders sign the record, as lately as the rules ask, and whether any of them contradicts it."""
    yield _late(tx, house, book, now)
    yield from _alarms(house)


def _late(tx: Tx, house: House, book: Rulebook, now: int) -> Check:
    settings, asked = house.settings, asks_for_witness(book)
    if not settings.witnesses or not settings.witnesses_needed:
        if not asked:
            return Check(name="witnesses", state="ok", words=_("None is set, and no rule asks for one."))
        words = _(
            "A rule asks for a fresh witness, and none is set: every order under it needs one more approver. Set "
            "GARDEFOU_WITNESSES and GARDEFOU_WITNESSES_NEEDED."
        )
        return Check(name="witnesses", state="problem", words=words)
    at = witnessed.latest_at(tx)
    if at is None:
        if not store.head(tx).size:
            return Check(name="witnesses", state="ok", words=_("The record is empty: there is nothing to sign."))
        words = _("Not enough of them have ever signed the record. The worker’s log says what each answers.")
        return Check(name="witnesses", state="problem", words=words)
    within = witness_within(need.text for rule in book.rules for need in rule.needs) or LATE
    ago = duration(max(0, now - at))
    if now - at > within:
        words = _("Enough of them signed last %(ago)s ago. The worker’s log says what each answers.", ago=ago)
        return Check(name="witnesses", state="problem" if asked else "warning", words=words)
    return Check(name="witnesses", state="ok", words=_("Enough of them signed %(ago)s ago.", ago=ago))


def _alarms(house: House) -> Iterator[Check]:
    for one in witnesses_of(house.settings.witnesses):
        name = one.key.name
        try:
            held = known(house.settings.ledger_folder, one.key)
        except NoteError as problem:
            words = _("What %(name)s holds is not known: %(problem)s", name=name, problem=problem.message)
            yield Check(name="witness", state="problem", words=words)
            continue
        if held.alarm == "ahead":
            words = _(
                "%(name)s has signed a record of %(size)s entries, longer than ours: the database was put back from a "
                "backup, or somebody shows another one.",
                name=name,
                size=held.size,
            )
            yield Check(name="witness", state="problem", words=words)
        elif held.alarm:
            words = _(
                "%(name)s has signed another record than ours, at %(size)s entries: somebody rewrote it, or shows two.",
                name=name,
                size=held.size,
            )
            yield Check(name="witness", state="problem", words=words)
