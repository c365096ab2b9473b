"""Show each new head of the record to the witnesses, and keep those that enough of them have signed (promise 14).

Each witness is asked in a thread of its own: a slow or dead one holds up neither the others nor any order. What one
says is verified before anything is made of it; what contradicts our record is written down and stays.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import structlog

from gardefou.app.cosigning.ask import Answer, Failed, HasSize, Signed, Unproved, ask
from gardefou.app.house import House
from gardefou.app.witnesses import WitnessAt, policy_of, witnesses_of
from gardefou.clock import MINUTE, SECOND
from gardefou.errors import GardefouError
from gardefou.guard.rulebook import witness_within
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import witnessed
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.cosignature import cosigned
from gardefou.ledger.errors import NoteError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.held_by_witnesses import Alarm, Known, keep, known
from gardefou.ledger.note import Note, SignatureLine, VerifierKey
from gardefou.ledger.tiles import TileTree
from gardefou.orders import rulebook

#: A witness that fails is asked again after a second, then two, four, … up to this.
LONGEST_BACK_OFF = 5 * MINUTE
#: An unchanged head is shown again after so long, or half of what a rule allows: so a witness's word stays fresh.
SHOW_AGAIN_AFTER = MINUTE
#: How often the rules are asked for that.
_LOOK_AT_RULES_EVERY = 10 * SECOND
#: Seconds that whoever closes waits for a thread that asks.
_FAREWELL = 20.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Asked:
    """What is going on with one witness; touched by its own thread, and by the worker when there is none."""

    witness: WitnessAt
    thread: threading.Thread | None = None
    failures: int = 0
    not_before: int = 0
    #: What it signed last, of which text, and when.
    text: str = ""
    line: SignatureLine | None = None
    seconds: int = 0
    asked_at: int = 0


@dataclass(slots=True)
class Cosigning:
    """The witnesses of one house."""

    house: House
    _asked: tuple[_Asked, ...] = ()
    _every: int = SHOW_AGAIN_AFTER
    _rules_at: int = 0
    _seeded: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read who is asked; nobody, where none is needed."""
        settings = self.house.settings
        if settings.witnesses_needed:
            self._asked = tuple(_Asked(one) for one in witnesses_of(settings.witnesses))

    @property
    def folder(self) -> LedgerFolder:
        """Where the record is published."""
        return LedgerFolder(self.house.settings.ledger_folder)

    def step(self) -> None:
        """Begin to ask every witness that is due; waits for none."""
        data = self.folder.checkpoint() if self._asked else None
        if data is None:
            return
        note, now = notes.read(data), self.house.clock.now()
        self._seed(note)
        self._look_at_rules(now)
        for one in self._asked:
            if (one.thread is None or not one.thread.is_alive()) and self._due(one, note, now):
                one.asked_at = now
                one.thread = threading.Thread(target=self._try, args=(one,), name="witness", daemon=True)
                one.thread.start()

    def close(self) -> None:
        """Wait for what is under way."""
        for one in self._asked:
            if one.thread is not None:
                one.thread.join(_FAREWELL)

    def _due(self, one: _Asked, note: Note, now: int) -> bool:
        if now < one.not_before <= now + LONGEST_BACK_OFF:
            return False
        return one.text != note.text or not 0 <= now - one.asked_at < self._every

    def _seed(self, note: Note) -> None:
        """Take up, when the worker starts, what witnesses have signed already."""
        if self._seeded:
            return
        self._seeded = True
        keys = {one.witness.key: one for one in self._asked}
        lines = notes.by_known(note, keys)
        for key, seconds in cosigned(note, keys).items():
            one = keys[key]
            one.text, one.line, one.seconds, one.asked_at = note.text, lines[key], seconds, seconds * SECOND

    def _look_at_rules(self, now: int) -> None:
        if 0 <= now - self._rules_at < _LOOK_AT_RULES_EVERY:
            return
        self._rules_at = now
        with self.house.db.reading() as tx:
            book = rulebook.in_force(tx, self.house.ports.load_rulebook)
        within = witness_within(need.text for rule in book.rules for need in rule.needs)
        self._every = min(SHOW_AGAIN_AFTER, within // 2) if within else SHOW_AGAIN_AFTER

    def _try(self, one: _Asked) -> None:
        """Ask one witness, in its own thread; whatever goes wrong, it is asked again later."""
        try:
            why = self._ask(one)
        except GardefouError as problem:
            why = problem.message
        except Exception as problem:  # noqa: BLE001  # the others, and the next try, must go on
            _log.exception("witness.failed", witness=one.witness.key.name, problem=type(problem).__name__)
            why = type(problem).__name__
        if not why:
            one.failures, one.not_before = 0, 0
            return
        with self._lock:
            one.text = ""
        wait = min(LONGEST_BACK_OFF, SECOND << min(one.failures, 10))
        one.failures, one.not_before = one.failures + 1, self.house.clock.now() + wait
        _log.warning("witness.not_signed", witness=one.witness.key.name, said=why, again_in=wait // SECOND)

    def _ask(self, one: _Asked) -> str:
        """Show a witness the newest head; return why it has not signed, or nothing."""
        note, head = self._newest()
        tree, key = TileTree(head.size, self.folder.read), one.witness.key
        holds = known(self.folder.path, key)
        old = min(holds.size, head.size)
        answer: Answer = Failed(why="it says another size each time")
        for _turn in range(3):
            proof = tree.consistency_proof(old)
            answer = ask(one.witness, note=note, old=old, proof=proof, clock=self.house.clock)
            if not isinstance(answer, HasSize) or answer.size == old or answer.size > head.size:
                break
            # Another worker was quicker, or the file about it was lost: it says how far it is.
            old = answer.size
        match answer:
            case Signed():
                self._signed(one, note, head, answer)
                return ""
            case HasSize(size=size) if size > head.size:
                return self._ahead(key, size)
            case HasSize(size=size) if size == old == head.size:
                return self._contradicted(key, size, "it has signed another head of the same size")
            case Unproved():
                return self._contradicted(key, old, "it has signed a head that ours does not begin with")
            case Failed(why=why):
                return why
            case HasSize():
                return "it does not say the same size twice"

    def _newest(self) -> tuple[Note, Checkpoint]:
        data = self.folder.checkpoint()
        if data is None:
            raise NoteError("the checkpoint is gone")
        note = notes.read(data)
        # Witnesses see the log's own signature: what others have signed is no business of theirs.
        ours = {one.witness.key for one in self._asked}
        theirs = set(notes.by_known(note, ours).values())
        plain = tuple(line for line in note.signatures if line not in theirs)
        return Note(text=note.text, signatures=plain), checkpoints.read(note.text)

    def _signed(self, one: _Asked, note: Note, head: Checkpoint, answer: Signed) -> None:
        key, now = one.witness.key, self.house.clock.now()
        with self._lock:
            one.text, one.line, one.seconds = note.text, answer.line, answer.seconds
            before = known(self.folder.path, key)
            if head.size > before.size or (head.size == before.size and (before.alarm or not before.root)):
                told = Known(witness=key.name, size=head.size, root=head.root.hex(), at=str(now))
                keep(self.folder.path, key, told)
                if before.alarm:
                    _log.warning("witness.alarm_ended", witness=key.name, size=head.size)
            _log.info("witness.signed", witness=key.name, size=head.size)
            self._gather(note, now)

    def _gather(self, note: Note, now: int) -> None:
        """Keep the head, once enough have signed it, with all their lines; called under the lock."""
        lines = dict(self._lines(note.text))
        seen = {one.witness.key: one.seconds for one in self._asked if one.witness.key in lines}
        settings = self.house.settings
        met = policy_of(settings.witnesses, settings.witnesses_needed).met_at(seen)
        if met is None:
            return
        whole = Note(text=note.text, signatures=(*note.signatures, *lines.values()))
        # A witness whose clock is ahead of ours is not fresh for longer.
        at = min(met * SECOND, now)
        with self.house.db.transaction() as tx:
            witnessed.keep(tx, signed=str(whole), at=at)
        with self.folder.alone(wait=True):
            data = self.folder.checkpoint()
            if data is not None and notes.read(data).text == note.text and data != str(whole).encode():
                self.folder.write_checkpoint(str(whole).encode())

    def _lines(self, text: str) -> Iterator[tuple[VerifierKey, SignatureLine]]:
        for one in self._asked:
            if one.text == text and one.line is not None:
                yield one.witness.key, one.line

    def _ahead(self, key: VerifierKey, size: int) -> str:
        """Tell a witness that is further than we are; not where our own record has grown meanwhile."""
        _note, newest = self._newest()
        if size <= newest.size:
            return "it was shown a newer head meanwhile"
        self._alarm(key, size, "ahead")
        return f"it has signed a head of {size} entries, and the record has {newest.size}"

    def _contradicted(self, key: VerifierKey, size: int, words: str) -> str:
        self._alarm(key, size, "other root")
        return words

    def _alarm(self, key: VerifierKey, size: int, alarm: Alarm) -> None:
        """Write down that a witness contradicts our record; it stays until the same witness says otherwise."""
        with self._lock:
            before = known(self.folder.path, key)
            at = str(self.house.clock.now())
            if size > before.size:
                now_known = Known(witness=key.name, size=size, at=at, alarm=alarm)
            else:
                now_known = replace(before, alarm=alarm, at=at if before.alarm != alarm else before.at)
            if now_known != before:
                keep(self.folder.path, key, now_known)
        _log.error("witness.alarm", witness=key.name, alarm=alarm, size=size)
