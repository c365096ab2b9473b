"""Replay what a bundle's entries say, in order, as far as the bundle opens it."""

import json
from collections.abc import Iterator, Mapping

from gardefou.ledger.store import Entry
from gardefou.orders.kinds import Kind
from gardefou.staff.credentials import DEMO
from gardefou.watch.audit import check_line
from gardefou.watch.dossier import committed
from gardefou.watch.dossiers import Dossiers
from gardefou.watch.finding import Finding
from gardefou.watch.opened import InHand
from gardefou.watch.rulebooks import Loader, Rulebooks
from gardefou.watch.signatures import ENROLLED, STEPS, Enrolled, Signatures, Tally
from gardefou.watch.standings import Standings

#: What cannot be held against the votes once two persons were found to be one and the bundle does not say which.
_COUNTED = frozenset({"proposer", "approvers", "extras"})


class Replay:
    """Everything that entries are held against which came before them."""

    def __init__(self, opened: InHand, load: Loader, texts: Mapping[str, str], *, whole: bool) -> None:
        """Begin.

        Args:
            opened: the bundle's openings.
            load: reads a rulebook's text.
            texts: the rulebooks' texts, by digest.
            whole: whether all that happened to what it is about is in it, so that standings follow one another.
        """
        self._opened, self._whole = opened, whole
        self._books, self._standings = Rulebooks(load, texts), Standings()
        self._joined: dict[str, str] = {}
        self._unknown = False
        self._dossiers = Dossiers(self._joined)
        self._enrolled: dict[str, Enrolled] = {}
        self.tally = Tally()
        self._signatures = self._with(opened)
        #: How many entries commit to something that the bundle does not open.
        self.closed = 0

    def _with(self, opened: InHand) -> Signatures:
        return Signatures(opened, self._enrolled, self.tally)

    def take(self, entry: Entry) -> Iterator[Finding]:
        """Yield what is wrong with an entry, and take it in."""
        self.closed += any(self._opened.content(made) is None for made in committed(entry))
        if entry.kind == "house.founded" and entry.body.get("made_by") == DEMO:
            self._opened = InHand(openings=self._opened.openings, demo=True)
            self._signatures = self._with(self._opened)
        if entry.kind == ENROLLED:
            key = str(entry.body.get("credential"))
            self._enrolled[key] = Enrolled(at=entry.at, site=str(entry.body.get("site")))
        found = check_line(entry, self._books, self._dossiers, self._standings, self._joined)
        yield from (one for one in found if self._counts(one))
        if entry.kind in STEPS:
            try:
                yield from self._signatures.take(entry)
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                why = f"{type(problem).__name__}: {problem}"
                yield Finding(code="entry-unreadable", index=entry.index, fields={"why": why})
        if entry.kind == "order.executed" and entry.body.get("order_kind") == Kind.PERSON_JOIN.value:
            self._join(entry)

    def _counts(self, finding: Finding) -> bool:
        if finding.code == "standing-differs":
            return self._whole
        return not (self._unknown and finding.code == "facts-differ" and finding.fields.get("what") in _COUNTED)

    def _join(self, entry: Entry) -> None:
        """Remember who was found to be whom; that it is not known, where the bundle does not say."""
        dossier = self._dossiers.get(entry.order_id or 0)
        first = None if dossier is None else dossier.first
        content = None if first is None else self._opened.content(str(first.body.get("change")))
        into = None
        if content is not None:
            key = f"person:{json.loads(content).get('into')}"
            into = next((made for made, one in self._opened.openings.items() if one.key == key), None)
        if into is None:
            self._unknown = True
        else:
            self._joined[str(entry.body["subject"])] = into
