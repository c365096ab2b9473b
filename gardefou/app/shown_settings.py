"""Settings as they may be written down: every secret left out. And those that a promise rests on, in one spelling."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from gardefou.app.errors import SettingsError
from gardefou.app.settings import Settings, check
from gardefou.app.witnesses import witnesses_of
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.settings import GUARDED


def shown(settings: Settings) -> dict[str, str]:
    """Return every setting as text, by its name, without a secret."""
    values = {name: str(value) for name, value in msgspec.structs.asdict(settings).items()}
    return values | {
        "database": database_shown(settings.database),
        "owner": database_shown(settings.owner),
        "smtp": server_shown(settings.smtp),
        "url": settings.url.rstrip("/"),
        "witnesses": ", ".join(f"{one.key} {one.url}" for one in witnesses_of(settings.witnesses)),
    }


def guarded(settings: Settings) -> Mapping[str, str]:
    """Return the settings that a promise rests on, as `setting.change` keeps them."""
    every = shown(settings)
    return {name: every[name] for name in GUARDED}


def spell(name: str, text: str) -> str:
    """Return a guarded setting as it is kept.

    Raises:
        ChangeError: no program could be started with it.
    """
    try:
        settings = msgspec.convert({name: text}, Settings, strict=False)
        check(settings)
    except SettingsError as problem:
        raise ChangeError(problem.message, field="value") from problem
    except msgspec.ValidationError as problem:
        raise ChangeError(f"{name}: {problem}", field="value") from problem
    return guarded(settings)[name]


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
