"""What each witness is known to hold, as a file: the largest head, and any contradiction with ours.

`DATA/ledger/witnessed/<key id>` is JSON. It outlives the database on purpose: one that was put back from a backup does
not know what outsiders have signed since. A size in it never falls; an alarm stays until the same witness signs a head
of ours that is at least as long, and so begins with what it holds.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import VerifierKey

FOLDER = "witnessed"
#: `ahead`: it signed a longer head than we have; `other root`: another one of the same length, or one that ours does
#: not begin with.
Alarm = Literal["", "ahead", "other root"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one witness holds.

    Attributes:
        witness: its name.
        size: of the largest head that it is known to hold.
        root: of that head, in hex; empty where only its size is known.
        at: when that was learned, microseconds, as decimal text.
        alarm: what contradicts our own record; empty where nothing does.
    """

    witness: str
    size: int = 0
    root: str = ""
    at: str = "0"
    alarm: Alarm = ""


def path_of(ledger: Path, key: VerifierKey) -> Path:
    """Return the file about one witness."""
    return ledger / FOLDER / key.id.hex()


def known(ledger: Path, key: VerifierKey) -> Known:
    """Return what a witness is known to hold.

    Raises:
        NoteError: the file about it cannot be read: what it holds is not known, which is not nothing.
    """
    path = path_of(ledger, key)
    try:
        return read(path.read_bytes())
    except FileNotFoundError:
        return Known(witness=key.name)
    except (OSError, NoteError) as problem:
        raise NoteError(f"{path} cannot be read: {problem}") from problem


def read(data: bytes) -> Known:
    """Read such a file.

    Raises:
        NoteError: it is none.
    """
    try:
        found = json.loads(data)
        size, root = found["size"], found["root"]
        if type(size) is not int or size < 0 or len(bytes.fromhex(root)) not in (0, 32):
            raise NoteError("no size and root are in it")
        return Known(
            witness=str(found["witness"]), size=size, root=root, at=str(int(found["at"])), alarm=found["alarm"]
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise NoteError("it is not what a witness holds, as JSON") from problem


def keep(ledger: Path, key: VerifierKey, value: Known) -> None:
    """Write down what a witness holds, whole or not at all, and down to the disk."""
    path = path_of(ledger, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(value), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
