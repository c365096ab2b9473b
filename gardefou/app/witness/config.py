"""A witness's folder: `witness.toml`, its key, and its memory. Whatever is wrong in it is said in one line."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gardefou.app.witness.errors import WitnessError
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import COSIGNATURE, ED25519, SecretKey, VerifierKey, named, read_key, read_secret
from gardefou.words.plain import unseen_in

FILE = "witness.toml"
KEY = "witness.key"
MEMORY = "witness.db"
_PRIVATE = 0o077
#: What may stand in a quoted string of TOML as it is.
_PLAIN = re.compile(r'[^"\\\x00-\x1f\x7f]+')


class _Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    origin: str
    keys: list[str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    key: str = KEY
    host: str = "127.0.0.1"
    port: int = 8047
    log: list[_Log] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a witness is told.

    Attributes:
        folder: where it lives.
        signer: its key.
        logs: the keys of each log it watches, by origin.
        host, port: where it listens.
    """

    folder: Path
    signer: SecretKey
    logs: Mapping[str, tuple[VerifierKey, ...]]
    host: str
    port: int

    @property
    def memory(self) -> Path:
        """The file with what it signed last."""
        return self.folder / MEMORY


def make(folder: Path, name: str) -> VerifierKey:
    """Make a witness's folder with a new key, and return what others verify with.

    Raises:
        WitnessError: the name is none, or the folder is somebody's already, or cannot be written to.
    """
    try:
        key = SecretKey(name=named(name), kind=COSIGNATURE, seed=os.urandom(32))
    except NoteError as problem:
        raise WitnessError(problem.message) from problem
    if not _PLAIN.fullmatch(name):
        raise WitnessError(f"{name[:80]!r} is no name for a witness: neither quotation marks nor backslashes")
    if code := unseen_in(name):
        raise WitnessError(f"{name[:80]!r} is no name for a witness: nobody sees the {code} in it, or could type it")
    path = folder / KEY
    if path.exists() or (folder / FILE).exists():
        raise WitnessError(f"{folder} already has a witness in it: a key is never written over")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_new(path, key.unsafe_secret_text() + "\n")
        _write_new(folder / FILE, f'name = "{name}"\nkey = "{KEY}"\nhost = "127.0.0.1"\nport = 8047\n')
    except OSError as problem:
        raise WitnessError(f"{folder} cannot be written to: {problem.strerror}") from problem
    return key.key


def _write_new(path: Path, text: str) -> None:
    """Write a file that was not there, for its owner alone, down to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def watch(folder: Path, key: VerifierKey, origin: str) -> bool:
    """Add a log to what a witness watches; return whether it was new.

    Raises:
        WitnessError: the key is not a log's, or the folder has no witness in it.
    """
    if key.kind != ED25519:
        raise WitnessError(f"{key.name} is a witness's key (type 4), not a log's")
    if not _PLAIN.fullmatch(origin):
        raise WitnessError(f"{origin[:80]!r} is no origin of a log")
    known = load(folder).logs.get(origin, ())
    if key in known:
        return False
    if known:
        raise WitnessError(f"{origin} is watched by another key; add this one to its `keys` in {folder / FILE} by hand")
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(f'\n[[log]]\norigin = "{origin}"\nkeys = ["{key}"]\n')
    return True


def load(folder: Path, *, host: str | None = None, port: int | None = None) -> Config:
    """Read a witness's folder.

    Raises:
        WitnessError: something in it cannot be used; the message names the file and says why.
    """
    path = folder / FILE
    found = _file(path)
    signer = _signer(folder / found.key)
    if signer.key.name != found.name:
        raise WitnessError(
            f"{path}: the name is {found.name!r}, and the key in {found.key} is that of {signer.key.name!r}"
        )
    logs: dict[str, tuple[VerifierKey, ...]] = {}
    for log in found.log:
        if log.origin in logs:
            raise WitnessError(f"{path}: the log {log.origin!r} stands there twice")
        logs[log.origin] = _keys(path, log)
    port = found.port if port is None else port
    if not 0 < port <= 65535:  # noqa: PLR2004  # ports
        raise WitnessError(f"{path}: port: expected 1 to 65535, not {port}")
    return Config(folder=folder, signer=signer, logs=logs, host=host or found.host, port=port)


def _file(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except FileNotFoundError:
        raise WitnessError(f"there is no {path}: run `gardefou witness init NAME` first") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise WitnessError(f"{path} cannot be read: {problem}") from problem
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise WitnessError(f"{path}: {problem}") from problem


def _keys(path: Path, log: _Log) -> tuple[VerifierKey, ...]:
    try:
        keys = tuple(read_key(text) for text in log.keys)
    except NoteError as problem:
        raise WitnessError(f"{path}: {log.origin}: {problem.message}") from problem
    if not keys or any(key.kind != ED25519 for key in keys):
        raise WitnessError(f"{path}: {log.origin}: a log has one key of type 1 at least, and none of type 4")
    return keys


def _signer(path: Path) -> SecretKey:
    try:
        if path.stat().st_mode & _PRIVATE:
            raise WitnessError(f"{path} can be read by others: run `chmod 600 {path}`, and think whether they have")
        key = read_secret(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        reason: Any = getattr(problem, "strerror", None) or "it is no text"
        raise WitnessError(f"the key {path} cannot be read: {reason}") from problem
    except NoteError as problem:
        raise WitnessError(f"{path}: {problem.message}") from problem
    if key.key.kind != COSIGNATURE:
        raise WitnessError(f"{path} is no witness's key (type 4)")
    return key
