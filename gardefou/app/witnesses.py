"""Which witnesses are asked, and how many of them are enough: the settings `witnesses` and `witnesses_needed`."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from gardefou.app.errors import SettingsError
from gardefou.ledger.cosignature import Policy
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import COSIGNATURE, VerifierKey, read_key

#: As many are asked; a note bears no more than a hundred signatures.
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAt:
    """One witness: what verifies its signatures, and where it is, without a slash at the end."""

    key: VerifierKey
    url: str


def witnesses_of(text: str) -> tuple[WitnessAt, ...]:
    """Read a list of `VKEY URL`, with commas between.

    Raises:
        SettingsError: it is none; names the witness and says why.
    """
    found = tuple(_one(pair) for pair in filter(None, map(str.strip, text.split(","))))
    if len(found) > MOST:
        raise SettingsError(f"witnesses: at most {MOST}, not {len(found)}")
    if len({one.key.id for one in found}) != len(found) or len({one.key.public for one in found}) != len(found):
        raise SettingsError("witnesses: one of them stands there twice")
    return found


def _one(pair: str) -> WitnessAt:
    vkey, _, url = pair.partition(" ")
    url = url.strip().rstrip("/")
    try:
        key = read_key(vkey)
    except NoteError as problem:
        raise SettingsError(f"witnesses: {problem.message}") from problem
    if key.kind != COSIGNATURE:
        raise SettingsError(f"witnesses: {key.name} is a log's key (type 1), not a witness's")
    if not _usable(url):
        raise SettingsError(f"witnesses: {key.name}: expected https://… (http://… on this machine alone), not {url!r}")
    return WitnessAt(key=key, url=url)


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and port != 0
    odd = any(sign.isspace() or sign < " " for sign in url)
    return bool(host) and plain and not odd and (parts.scheme == "https" or (parts.scheme == "http" and _local(host)))


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def policy_of(text: str, needed: int) -> Policy:
    """Return how many of which are enough; with 0 nobody is asked.

    Raises:
        SettingsError: more are needed than there are.
    """
    found = witnesses_of(text)
    if found and needed > len(found):
        raise SettingsError(f"witnesses_needed: {needed} are needed, and witnesses names {len(found)}")
    return Policy(n=needed, witnesses=tuple(one.key for one in found))
