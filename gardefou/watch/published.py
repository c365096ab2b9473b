"""What was published of the record, held against itself: the signed head, who cosigned it, and every tile under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger.check import Progress, check_tiles
from gardefou.ledger.cosignature import cosigned
from gardefou.ledger.errors import NoteError, ProofError, TileMissingError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import VerifierKey
from gardefou.ledger.store import Head
from gardefou.watch.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The newest head that was published.

    Attributes:
        head: how long the record was, and its root.
        cosigned: which witnesses have signed it, and when, POSIX seconds.
    """

    head: Head
    cosigned: Mapping[str, int]


def check_published(
    folder: LedgerFolder, keys: Sequence[VerifierKey], progress: Progress | None = None
) -> Published | Finding | None:
    """Return the newest head, all tiles having been held against it; the first thing wrong; None where nothing is.

    Args:
        folder: where it lies.
        keys: the log's keys and witnesses', as far as they are known.
        progress: told how many entries of how many are done.
    """
    signed = folder.checkpoint()
    if signed is None:
        return None
    try:
        head, note = checkpoints.opened(signed, keys=keys)
        seen = {key.name: seconds for key, seconds in cosigned(note, keys).items()}
        check_tiles(folder.read, head.size, head.root, progress)
    except (NoteError, ProofError, TileMissingError) as problem:
        return Finding(code="published-differs", fields={"why": problem.message})
    return Published(head=Head(size=head.size, root=head.root), cosigned=seen)
