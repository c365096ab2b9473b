"""The settings that rest on nobody's agreement: digested into the record at each start, so that none changes unseen.

The entry names the program and what changed, never a value: the settings stand there as a salted commitment, whose
opening lies beside the record. Who starts a program leaves the secrets out before they come here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gardefou.events import Actor, record
from gardefou.ledger import store
from gardefou.ledger.entry import canonical
from gardefou.storage import Tx

KIND = "setting.digested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The settings a program was last started with, and since when; none where the opening is gone."""

    since: int
    settings: Mapping[str, str] | None


def last_digested(tx: Tx, program: str) -> Digested | None:
    """Return what a program was last started with; None when it never was."""
    for entry in store.newest(tx, kind=KIND):
        if entry.body.get("program") == program:
            made = str(entry.body["settings"])
            opened = store.open_(tx, [made]).get(made)
            return Digested(since=entry.at, settings=None if opened is None else json.loads(opened))
    return None


def digest_settings(tx: Tx, *, actor: Actor, now: int, program: str, settings: Mapping[str, str]) -> list[str]:
    """Write down with which settings a program starts, unless they are those of its last start.

    Args:
        tx: the open transaction.
        actor: who starts it.
        now: the instant.
        program: `serve`, `worker` or `demo`.
        settings: every setting by its name, without a secret.

    Returns:
        The names of what changed since its last start; none at its first.
    """
    last = last_digested(tx, program)
    before = settings if last is None else (last.settings or {})
    changed = sorted(name for name in {*settings, *before} if settings.get(name) != before.get(name))
    if last is None or changed:
        made = store.commit_text(tx, now=now, content=canonical(dict(settings)).decode())
        body = {"program": program, "settings": made, "changed": changed, "by": str(actor)}
        store.append(tx, now=now, kind=KIND, order_id=None, body=body, about=())
        record(tx, now=now, kind=KIND, subject="house:1")
    return changed
