"""Ask one witness to sign one head: a single exchange, cut off when it is slow, long, or leads elsewhere.

Nothing that comes back is believed: a signature is verified against the witness's key, a conflict is a number.
"""

import ssl
from dataclasses import dataclass
from functools import cache

import httpx

from gardefou.app.witnesses import WitnessAt
from gardefou.clock import SECOND, Clock
from gardefou.ledger import note as notes
from gardefou.ledger import witnessing
from gardefou.ledger.cosignature import cosigned
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import Note, SignatureLine

#: Seconds that a witness has for each part of its answer, and for all of it; and the most bytes of one.
PATIENCE = 5.0
WHOLE = 15 * SECOND
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The witness's line, verified, and when it says it signed, POSIX seconds."""

    line: SignatureLine
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HasSize:
    """The witness signed a head of another size last; or, when it is the size that was asked about, another root."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproved:
    """The witness says that the head does not begin with what it signed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """There is no answer that means anything; why, in a line for the log."""

    why: str


Answer = Signed | HasSize | Unproved | Failed


def ask(witness: WitnessAt, *, note: Note, old: int, proof: list[bytes], clock: Clock) -> Answer:
    """Send a head to a witness and read what it says; never an exception for what a stranger may do."""
    try:
        status, said = _exchange(
            f"{witness.url}/add-checkpoint", witnessing.body(old=old, proof=proof, note=note), clock
        )
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
        return Failed(why=f"{type(problem).__name__}: {str(problem)[:200]}")
    if len(said) > LONGEST:
        return Failed(why=f"it answers with more than {LONGEST} bytes, or for longer than it may")
    try:
        return _read(witness, note, status, said)
    except NoteError as problem:
        return Failed(why=problem.message[:200])


def _read(witness: WitnessAt, note: Note, status: int, said: bytes) -> Answer:
    match status:
        case 200:
            return _signature(witness, note, said)
        case 409:
            return HasSize(size=witnessing.read_conflict(said))
        case 422:
            return Unproved()
        case 403:
            return Failed(why="it does not trust our key (403): it must be given our verifier key")
        case 404:
            return Failed(why="it does not know our log (404): it must be told to watch it")
        case _:
            return Failed(why=f"it answers {status}")


def _signature(witness: WitnessAt, note: Note, said: bytes) -> Answer:
    try:
        lines = notes.read_lines(said.decode())
    except UnicodeDecodeError as problem:
        raise NoteError("its signatures are no text") from problem
    signed = Note(text=note.text, signatures=lines)
    times = cosigned(signed, [witness.key])
    if witness.key not in times:
        raise NoteError("it answers without a signature by the key that is set for it")
    return Signed(line=notes.by_known(signed, [witness.key])[witness.key], seconds=times[witness.key])


@cache
def _authorities() -> ssl.SSLContext:
    """Return whom to believe about names: reading them takes longer than asking."""
    return httpx.create_ssl_context(trust_env=False)


def _exchange(url: str, body: bytes, clock: Clock) -> tuple[int, bytes]:
    """Send once and read no more than an answer may have; what is longer comes back too long."""
    began, said = clock.now(), bytearray()
    with (
        httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=_authorities()) as client,
        client.stream("POST", url, content=body, headers={"content-type": "text/plain; charset=utf-8"}) as answer,
    ):
        for piece in answer.iter_raw():
            said += piece
            if len(said) > LONGEST or clock.now() - began > WHOLE:
                return answer.status_code, bytes(LONGEST + 1)
        return answer.status_code, bytes(said)
