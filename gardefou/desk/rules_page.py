"""The rulebook in force, in words and in its own."""

import re
import tomllib
from typing import Any

from litestar import get
from litestar.response import Template
from sqlalchemy import select

from gardefou.clock import Clock
from gardefou.desk.changes import Asking
from gardefou.desk.frame import frame
from gardefou.desk.proof import entered
from gardefou.desk.rulebook_page import replacing
from gardefou.desk.settings_part import settings_part
from gardefou.desk.signed import grouped
from gardefou.desk.why import Why
from gardefou.guard.rulebook import OR, POLICY_CLAUSE, Clause, Rule, Rulebook, witness_within
from gardefou.ledger.store import Entry
from gardefou.may import May
from gardefou.orders import labels, queries, rulebook
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports
from gardefou.orders.tables import rulebook as rulebook_table
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers, roles

_DAYS_LEFT = re.compile(r"engagement_days_left >= (\d{1,4})")


@get("/desk/rules", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """Show the rules in force."""
    now = clock.now()
    with db.reading() as tx:
        book = rulebook.in_force(tx, ports.load_rulebook)
        entry, asked = entered(tx, book.digest), queries.standing_on(tx, Kind.RULEBOOK_REPLACE, "house", HOUSE_ID)
        row = tx.first(select(rulebook_table).where(rulebook_table.c.digest == book.digest))
        context = frame(tx, me, now) | {"change": replacing(tx, ports, me=me, now=now)}
        context |= settings_part(Asking(tx=tx, ports=ports, me=me, now=now, subject_id=HOUSE_ID))
    text = str(row["text"]) if row else ""
    context |= {
        "book": book,
        "digest": grouped(book.digest),
        "since": entry.at if entry else None,
        "entry": entry,
        "proof": _proof(entry),
        "by_order": entry.order_id if entry else None,
        "replacing": asked if asked is not None and asked.open else None,
        "tiers": _tiers(text),
        "rules": [block(rule) for rule in book.rules],
        "veto": _veto(book),
        "text": text,
    }
    return Template("desk/rules.html", context=context)


def _proof(entry: Entry | None) -> str:
    """Return the digest of the proof that the rulebook rests on; empty where everything is thrown away."""
    try:
        return grouped(bytes.fromhex(str(entry.body.get("proof", "")))) if entry is not None else ""
    except ValueError:
        return ""


def _tiers(text: str) -> list[tuple[str, str]]:
    """Return each tier with its condition, in the rulebook's own words."""
    tiers: dict[str, Any] = tomllib.loads(text).get("tier", {}) if text else {}
    return [(name, " ".join(str(tier.get("when", "")).split())) for name, tier in tiers.items()]


def _veto(book: Rulebook) -> str:
    return _("Any %(who)s who is engaged, once per person, account and day.", who=roles.one_of(OR.join(book.veto)))


def block(rule: Rule) -> Why:
    """Return a rule as a block: which acts, then who, how many and how long, then its own words."""
    acts = ", ".join(labels.act(kind) for kind in Kind if kind.value in rule.kinds)
    said = [part for part in (_proposes(rule), _signs(rule), _waits(rule), _asks(rule)) if part]
    return Why(
        words=acts or rule.id, detail=" ".join(said), code=f"{rule.id} · {' '.join(rule.when_text.split()) or 'always'}"
    )


def _proposes(rule: Rule) -> str:
    if not rule.propose:
        return _("Adds a condition to whatever else applies.")
    return _("Proposed by %(who)s.", who=roles.one_of(OR.join(rule.propose)))


def _signs(rule: Rule) -> str:
    if not rule.approve:
        return _("Nobody else is asked.") if rule.propose else ""
    clauses = [_clause(clause) for clause in rule.approve]
    return _("Then signed by %(who)s.", who=", ".join(clauses))


def _clause(clause: Clause) -> str:
    who = roles.place(OR.join(clause.roles), other=clause.other)
    return who if clause.n == 1 else f"{clause.n} × {who}"


def _waits(rule: Rule) -> str:
    parts = []
    if rule.hold:
        parts.append(_("Held %(length)s.", length=numbers.duration(rule.hold)))
    if rule.approve_within:
        parts.append(_("Signed within %(length)s, or void.", length=numbers.duration(rule.approve_within)))
    if rule.execute_within:
        parts.append(_("Takes effect within %(length)s, or never.", length=numbers.duration(rule.execute_within)))
    return " ".join(parts)


def _asks(rule: Rule) -> str:
    words = {
        "signature": _("a signature with one’s own passkey"),
        "on shift": _("being on shift"),
        "evidence": _("evidence"),
        "reason": _("a reason"),
        POLICY_CLAUSE: _("a clause of the policy"),
    }
    found = [words.get(need.text) or _witness(need.text) or _left(need.text) for need in rule.needs]
    return _("Needs %(what)s.", what=", ".join(found)) if found else ""


def _witness(need: str) -> str:
    within = witness_within([need])
    return _("a witness within %(length)s", length=numbers.duration(within)) if within else ""


def _left(need: str) -> str:
    """Return a condition in words if it is about what is left of an engagement, else as it is written."""
    asked = _DAYS_LEFT.fullmatch(need)
    if asked is None:
        return need
    days = int(asked[1])
    return ngettext(
        "%(count)s day left of the engagement at least", "%(count)s days left of the engagement at least", days
    )
