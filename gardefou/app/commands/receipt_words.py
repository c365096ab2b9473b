"""What a checked receipt says, in words and for machines. Loads neither house nor database."""

from base64 import b64encode
from typing import Any

from gardefou.clock import SECOND, to_iso
from gardefou.ledger.entry import Line
from gardefou.ledger.receipt import Checked
from gardefou.words import gettext as _
from gardefou.words.deeds import deeds
from gardefou.words.kinds import doing
from gardefou.words.numbers import day_and_time, number
from gardefou.words.roles import tier

#: What of an entry's texts a person reads, in this order.
_TEXTS = ("case", "outcome", "reason", "clause", "because", "reverses", "reversed_by", "digest", "rulebook")


def thing(found: Checked) -> dict[str, Any]:
    """Return it for a machine."""
    line, head = found.line, found.checkpoint
    said = None
    if line is not None:
        order = None if line.order_id is None else str(line.order_id)
        said = {"kind": line.kind, "at": to_iso(line.at), "order": order, "body": line.body}
    return {
        "proved": True,
        "log": head.origin,
        "index": found.index,
        "entry": said,
        "bytes": len(found.content),
        "head": {"size": head.size, "root": b64encode(head.root).decode()},
        "signed_by": [key.name for key in found.signed_by],
        "cosigned": [{"name": key.name, "at": to_iso(at * SECOND)} for key, at in found.cosigned.items()],
        "openings": [
            {"field": _field(found, one.commitment), "commitment": one.commitment, "content": one.content}
            for one in found.openings
        ],
    }


def words(found: Checked) -> str:
    """Return it for a person."""
    head = found.checkpoint
    lines = [
        _("Proved: entry %(index)s stands in the record of %(log)s.", index=number(found.index), log=head.origin),
        *_entry(found),
        _(
            "Head: %(size)s entries, root %(root)s, signed by %(names)s.",
            size=number(head.size),
            root=b64encode(head.root).decode(),
            names=", ".join(key.name for key in found.signed_by),
        ),
    ]
    for key, at in found.cosigned.items():
        when = day_and_time(at * SECOND, seconds=True)
        lines.append(_("Witness: %(name)s signed this head on %(when)s.", name=key.name, when=when))
    if not found.cosigned:
        lines.append(_("Witness: none that was named here. The record’s keeper alone vouches for this head."))
    return "\n".join(lines)


def _entry(found: Checked) -> list[str]:
    line = found.line
    if line is None:
        return [_("What it says: %(count)s bytes that are no entry of ours.", count=number(len(found.content)))]
    lines = [
        _("When: %(when)s.", when=day_and_time(line.at, seconds=True)),
        _("What it says: %(what)s", what=_deed(line)),
        *(f"  {name}: {text}" for name, text in _fields(line)),
    ]
    if found.openings:
        lines.append(_("What stands behind its commitments:"))
        lines += [f"  {_field(found, one.commitment)}: {_plain(one.content)}" for one in found.openings]
    return lines


def _plain(text: str) -> str:
    """Return a text that moves no cursor: whoever wrote it may have meant to deceive who reads it here."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _deed(line: Line) -> str:
    what = doing(_plain(str(line.body.get("order_kind", ""))))
    said = {**deeds(), "order.voided": _("Void: %(what)s")}
    return said.get(line.kind, _plain(line.kind)) % {"what": what, "tier": tier(_plain(str(line.body.get("tier", ""))))}


def _fields(line: Line) -> list[tuple[str, str]]:
    """Return what an entry says in clear, as it says it; its facts and its verdict are for `--json`."""
    body = line.body
    found = [] if line.order_id is None else [("order", str(line.order_id))]
    found += [(name, _plain(str(body[name]))) for name in _TEXTS if isinstance(body.get(name), str) and body[name]]
    rules = body.get("rules")
    if isinstance(rules, list) and rules:
        found.append(("rules", _plain(", ".join(map(str, rules)))))
    for name in ("state", "standing"):
        part = body.get(name)
        if isinstance(part, dict):
            found.append((name, _plain(f"{part.get('before')} → {part.get('after')}")))
    return found


def _field(found: Checked, commitment: str) -> str:
    """Return which field of the entry a commitment stands in."""
    body = {} if found.line is None else found.line.body
    return next((_plain(name) for name, text in body.items() if text == commitment), "…")
