"""Signing at the command line: what is signed is read here, whole, and a key in the socket signs it.

Where no key is there, or none answers, nothing is lost: it is signed in the browser.
"""

import sys
from collections.abc import Callable
from getpass import getpass

from gardefou.app.commands.common import err
from gardefou.app.hardware_key import Hand, NoAnswerError, ask, plugged_in
from gardefou.app.house import House
from gardefou.desk import labels as desk_labels
from gardefou.desk.asking import to_sign
from gardefou.desk.signed import signed_lines
from gardefou.events import Actor
from gardefou.orders import labels, papers
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.subject import subject_of
from gardefou.staff.signed_bytes import Verb
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.plain import one_line


def sign_paper_here(house: House, *, who: Actor, paper_id: int) -> Outcome | None:
    """Propose what a paper says, signed by a key in the socket; None where none answers, and the paper waits."""

    def drawn(tx: Tx, now: int) -> Order:
        row = papers.read(tx, paper_id=paper_id, person_id=who.person_id or 0)
        return papers.as_order(tx, house.ports, row=row, now=now)

    said = answer_here(house, who=who, verb="propose", order=drawn)
    if not said:
        return None
    with house.db.transaction() as tx:
        return papers.sign_paper(tx, house.ports, actor=who, now=house.clock.now(), paper_id=paper_id, said=said)


def answer_here(house: House, *, who: Actor, verb: Verb, order: Callable[[Tx, int], Order]) -> str:
    """Show what is to be signed and have a key in the socket sign it.

    Returns:
        What the key said, as JSON; empty where nobody sits at the terminal, no key is there, or none answered, which is
        said.
    """
    keys = plugged_in() if sys.stdin.isatty() else []
    if not keys:
        return ""
    with house.db.reading() as tx:
        now = house.clock.now()
        found = order(tx, now)
        lines = _lines(tx, house, found, now)
        options = to_sign(tx, house.ports, verb=verb, digest=found.digest, person_id=who.person_id or 0, now=now)
    if not options:
        return ""
    console = err()
    for line in lines:
        console.print(line, markup=False)
    hand = Hand(
        touch=lambda: console.print(_("Touch the key to sign this, and nothing else; Ctrl-C leaves it unsigned.")),
        pin=lambda: getpass(_("The key's PIN: ")),
    )
    try:
        return ask(keys, options=options, site=house.ports.site, hand=hand)
    except NoAnswerError as problem:
        console.print(f"gardefou: {problem.message}", markup=False)
        return ""


def _lines(tx: Tx, house: House, order: Order, now: int) -> list[str]:
    """Return what the digest stands for, in words."""
    subject = subject_of(
        tx, house.ports, kind=order.kind, subject_id=order.subject_id, change=order.change, now=now, lock=False
    )
    title = labels.titled(order.kind, desk_labels.subject(order.subject_kind, subject.label))
    reason = [(_("Reason"), desk_labels.reason(order.reason), "")] if order.reason else []
    comment = [(_("Comment"), order.comment, "")] if order.comment else []
    # What is signed comes last: nothing that somebody wrote can push it out of sight.
    rows = [*comment, *reason, *signed_lines(tx, order, subject, order.verdict.plan)]
    told = ((label, " ".join(part for part in (words, code) if part)) for label, words, code in rows)
    return [one_line(title), *(f"  {label}: {one_line(said)}" for label, said in told)]
