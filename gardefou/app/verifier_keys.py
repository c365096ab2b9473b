"""The log's verifier keys as this house keeps them, beside the signing key: a line each, the one in use first."""

from gardefou.app.settings import Settings
from gardefou.ledger.note import VerifierKey, read_key

FILE = "ledger.vkey"


def kept_keys(settings: Settings) -> tuple[VerifierKey, ...]:
    """Return them; none before there is one.

    Raises:
        NoteError: a line of the file is none.
    """
    path = settings.folder / FILE
    if not path.exists():
        return ()
    return tuple(read_key(line) for line in path.read_text("utf-8").splitlines() if line.strip())
