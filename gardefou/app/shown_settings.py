"""Settings as they may be written down: every secret left out. And those that a promise rests on, in one spelling."""

import shlex
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from gardefou.app.errors import SettingsError
from gardefou.app.ledger_key import log_key_read
from gardefou.app.settings import Settings, check
from gardefou.ledger.errors import NoteError
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.settings import GUARDED, LOG_KEY


def shown(settings: Settings, *, log_key: str = "") -> dict[str, str]:
    """Return every setting as text, by its name, without a secret.

    Args:
        settings: the settings.
        log_key: the verifier key of the record's log; it lies in a file, and is agreed upon as the settings are.
    """
    values = {name: str(value) for name, value in msgspec.structs.asdict(settings).items()}
    return values | {
        "database": database_shown(settings.database),
        "owner": database_shown(settings.owner),
        "smtp": server_shown(settings.smtp),
        "url": settings.url.rstrip("/"),
        "ledger_signer": "".join(shlex.split(settings.ledger_signer)[:1]),
        LOG_KEY: log_key,
    }


def guarded(settings: Settings, *, log_key: str = "") -> Mapping[str, str]:
    """Return the settings that a promise rests on, as `setting.change` keeps them."""
    every = shown(settings, log_key=log_key)
    return {name: every[name] for name in GUARDED}


def spell(name: str, text: str) -> str:
    """Return a guarded setting as it is kept.

    Raises:
        ChangeError: no program could be started with it.
    """
    if name == LOG_KEY:
        return _key_spelled(text)
    settings = msgspec.structs.replace(Settings(), **{name: text})
    try:
        check(settings)
    except SettingsError as problem:
        raise ChangeError(problem.message, field="value") from problem
    return guarded(settings)[name]


def _key_spelled(text: str) -> str:
    try:
        return str(log_key_read(text))
    except NoteError as problem:
        raise ChangeError(problem.message, field="value") from problem


def server_shown(address: str) -> str:
    """Return a mail server’s address without its password, read as the mailer reads it: both mean one server."""
    if not address:
        return ""
    parts = urlsplit(address)
    name = f"{parts.username}@" if parts.username else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{name}{host}" + (f":{parts.port}" if parts.port is not None else "")


def database_shown(address: str) -> str:
    """Return a database's address without its password, and without what follows a `?`, where one may stand too.

    Where the password could end in more than one place, all but the scheme goes: rather too much than a word of it.
    """
    scheme, slashes, rest = address.partition("://")
    account, at, place = rest.rpartition("@")
    if "@" in account or "?" in account:
        return f"{scheme}{slashes}?"
    return f"{scheme}{slashes}{account.partition(':')[0]}{at}{place.partition('?')[0]}"
