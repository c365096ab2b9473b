"""The key of the record's log: in a file that its owner alone may read, or behind a command; the verifier key beside.

Upholds promise 14. The web side reads the verifier key alone, `ledger.vkey`: of its lines the first is the key in use,
and those below it are earlier ones, whose signature under what was published before still counts. The signing key is
written as Go's note package writes it; it is in no message, no log and no page.
"""

import os
import secrets
import stat
from pathlib import Path

from gardefou.app.command_signer import CommandSigner
from gardefou.app.errors import LedgerKeyError
from gardefou.app.settings import Settings, prepare_folder
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import ED25519, SecretKey, Signer, VerifierKey, read_key, read_secret

KEY, VERIFIER = "ledger.key", ".vkey"
_SEED_BYTES = 32
#: A key is one short line; a file that is longer holds something else.
_LONGEST = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_path(settings: Settings) -> Path:
    """Return where the signing key lies."""
    return Path(settings.ledger_key).expanduser() if settings.ledger_key else settings.folder / KEY


def verifier_path(settings: Settings) -> Path:
    """Return where the verifier key lies: beside the signing key."""
    return key_path(settings).with_suffix(VERIFIER)


def unkeyed(settings: Settings) -> bool:
    """Return whether there is no key yet, of any sort, and nothing was published under one."""
    return not (
        settings.ledger_signer
        or key_path(settings).exists()
        or verifier_path(settings).exists()
        or _has_published(settings)
    )


def log_key_read(text: str) -> VerifierKey:
    """Read the verifier key of a log.

    Raises:
        NoteError: it is none, or a witness's.
    """
    key = read_key(text)
    if key.kind != ED25519:
        raise NoteError(f"{key.name}: this is the key of a witness, and a log's is wanted")
    return key


def verifier_keys(settings: Settings) -> tuple[VerifierKey, ...]:
    """Return the log's verifier keys, the one in use first; none before there is one.

    Raises:
        LedgerKeyError: the file cannot be read, or a line in it is no verifier key.
    """
    path = verifier_path(settings)
    try:
        lines = _text(path).splitlines()
    except FileNotFoundError:
        return ()
    try:
        return tuple(log_key_read(line) for line in lines if line.strip())
    except NoteError as problem:
        raise LedgerKeyError(f"{path}: {problem.message}") from problem


def key_in_use(settings: Settings) -> str:
    """Return the verifier key in use as it is written down; empty where there is none that can be read."""
    try:
        return "".join(map(str, verifier_keys(settings)[:1]))
    except LedgerKeyError:
        return ""


def origin_of(settings: Settings) -> str:
    """Return the log's name: as set, as its key has it, or made of the public address.

    A log keeps its name for ever, whatever address the house moves to: so the key's name goes before the address.

    Raises:
        LedgerKeyError: the verifier key cannot be read.
    """
    keys = () if settings.ledger_origin else verifier_keys(settings)
    named = settings.ledger_origin or "".join(key.name for key in keys[:1])
    return named or settings.public_url.partition("://")[2] + "/ledger"


def signer_of(settings: Settings) -> Signer:
    """Return what signs the record's heads.

    Raises:
        LedgerKeyError: there is nothing that can sign, or it is another log's; the message says what to do.
    """
    keys = verifier_keys(settings)
    if settings.ledger_signer:
        if not keys:
            raise LedgerKeyError(
                f"{verifier_path(settings)} is missing: write the verifier key of what ledger_signer signs with into it"
            )
        _named(keys[0], settings, verifier_path(settings))
        return CommandSigner(settings.ledger_signer, keys[0])
    path = key_path(settings)
    key = _read(path, settings)
    _named(key.key, settings, path)
    if keys and keys[0] != key.key:
        raise LedgerKeyError(
            f"{path} holds another key than the first line of {verifier_path(settings)}: put the right one back, or "
            "follow docs/ledger.md on another key"
        )
    if not keys:
        _write_verifier(settings, key.key)
    return key


def make_key(settings: Settings) -> VerifierKey:
    """Make the log's key, readable by its owner alone; one that is there is left as it is.

    Raises:
        LedgerKeyError: the one that is there cannot be used, or one is missing that has signed before.
        UnwritableFolderError: the data folder cannot be written to.
    """
    prepare_folder(settings)
    if not settings.ledger_signer and not key_path(settings).exists() and not _has_published(settings):
        if verifier_keys(settings):
            raise _missing(key_path(settings))
        fresh(key_path(settings), origin_of(settings))
    return signer_of(settings).key


def fresh(path: Path, origin: str) -> SecretKey:
    """Write a new key into a file that is not there yet; it is whole or not there.

    Raises:
        LedgerKeyError: it cannot be written.
        NoteError: the origin is no name.
    """
    key = SecretKey(name=origin, kind=ED25519, seed=secrets.token_bytes(_SEED_BYTES))
    beside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(key.unsafe_secret_text() + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)
        finally:
            beside.unlink()
    except FileExistsError:
        return _read_file(path)
    except OSError as problem:
        raise LedgerKeyError(f"{path}: the key cannot be written there ({problem.strerror})") from problem
    return key


def _read(path: Path, settings: Settings) -> SecretKey:
    if path.exists():
        return _read_file(path)
    if _has_published(settings) or verifier_keys(settings):
        raise _missing(path)
    raise LedgerKeyError(f"{path} is missing: run `gardefou init`, which makes it; it is safe to run twice")


def _missing(path: Path) -> LedgerKeyError:
    return LedgerKeyError(
        f"{path} is missing, and this house has published its record under it: put it back from where you keep it; "
        "where it is lost, follow docs/ledger.md on another key"
    )


def _read_file(path: Path) -> SecretKey:
    """Read a signing key from a file that nobody else may read."""
    try:
        key = read_secret(_text(path, private=True))
    except FileNotFoundError:
        raise _missing(path) from None
    except NoteError as problem:
        raise LedgerKeyError(f"{path}: {problem.message}") from None
    if key.key.kind != ED25519:
        raise LedgerKeyError(f"{path}: this is the key of a witness, and a log's is wanted")
    return key


def _text(path: Path, *, private: bool = False) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if private and mode & _OTHERS:
                raise LedgerKeyError(
                    f"{path} may be read by others (its mode is {stat.S_IMODE(mode):04o}), who could then sign in the "
                    f"house's name: `chmod 600 {path}`, and think about another key"
                )
            return file.read(_LONGEST).decode()
    except UnicodeDecodeError:
        raise LedgerKeyError(f"{path}: this is no key, which is text") from None
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise LedgerKeyError(f"{path}: cannot be read ({problem.strerror})") from problem


def _named(key: VerifierKey, settings: Settings, path: Path) -> None:
    origin = origin_of(settings)
    if key.name != origin:
        raise LedgerKeyError(
            f"{path} is the key of {key.name}, and this log is {origin}: set ledger_origin to the key's name, or put "
            "the right key there"
        )


def _has_published(settings: Settings) -> bool:
    return (settings.ledger_folder / "checkpoint").exists()


def _write_verifier(settings: Settings, key: VerifierKey) -> None:
    path = verifier_path(settings)
    beside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        beside.write_text(f"{key}\n", "utf-8")
        beside.replace(path)
    except OSError as problem:
        raise LedgerKeyError(f"{path}: the verifier key cannot be written there ({problem.strerror})") from problem
