"""Settings: `gardefou.toml`, then `GARDEFOU_*` variables, then options of the command line; later ones win.

A key nobody knows is refused by name, so that a misspelt setting never passes for a default. What a promise rests on
stands in the rulebook (promise 11); the few settings of which that cannot be said are `safeguards.settings.GUARDED`.
"""

import os
import re
import secrets
import shlex
import tomllib
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from gardefou.app.errors import SettingsError, UnwritableFolderError
from gardefou.app.witnesses import policy_of
from gardefou.staff.roles import Role

FILE = "gardefou.toml"
PREFIX = "GARDEFOU_"
#: Read before the settings are: where the file is.
CONFIG = "GARDEFOU_CONFIG"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_ADDRESS = re.compile(r"[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Every = Annotated[float, msgspec.Meta(ge=0.1, le=3600)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set, each with its default.

    Attributes:
        data: the folder everything of ours lies in.
        database: its URL; empty for a SQLite file in `data`.
        owner: the database's URL for the role that owns the tables, on PostgreSQL; only `init` and `upgrade` use it.
        url: the address people type; empty for `http://localhost:PORT`.
        host: the address listened on.
        port: the port listened on.
        proxies: the addresses or networks, with commas between, of the proxies whose `X-Forwarded-For` is believed.
        oidc_issuer: the identity provider through which staff may sign in, as it names itself; empty for none.
        oidc_client_id: our name there.
        oidc_client_secret_file: the file with our secret there, which nobody else may read; empty for a public client.
        oidc_groups_claim: where an id token says somebody's groups.
        oidc_roles: `GROUP=ROLE`, with commas between: the roles that groups leave; empty when nothing is narrowed.
        smtp: `smtp://name:password@host:587` (STARTTLS when offered), `smtps://…` (TLS from the start); empty for none.
        mail_from: whom mails come from.
        contest: the address that answers an owner or a reporter who contests; empty for `mail_from`.
        log: how logs are written.
        log_level: how much is logged.
        rulebook: the rulebook that `init` puts in force; empty for the shipped one.
        witnesses: who co-signs the record's heads: `VKEY URL`, with commas between; empty for nobody.
        witnesses_needed: how many of them are enough; with 0 nobody is asked.
        per_person_figures: whether a person's page counts the orders they proposed and signed; a works council may
            have a say in that.
        password_grant: whether programs may sign members in by e-mail address and password, `on` or `off`; empty for
            off in a house, and on in the demonstration.
        real_data: the folder with real files that the demo loads when it is there.
        ledger_origin: the log's name, by which outsiders know it for ever; empty for the one its key bears, or, where
            there is no key yet, for the public address without its scheme and with `/ledger` behind.
        ledger_key: the file with the log's signing key; empty for `ledger.key` in `data`. Its verifier key lies beside.
        ledger_signer: a command that signs in the key's stead; empty for none.
        ledger_every: the longest that an entry waits to be published, in seconds.
    """

    data: str = "data"
    database: str = ""
    owner: str = ""
    url: str = ""
    host: str = "127.0.0.1"
    port: Port = 8000
    proxies: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: str = ""
    oidc_groups_claim: str = "groups"
    oidc_roles: str = ""
    smtp: str = ""
    mail_from: str = "Garde-fou <garde-fou@localhost>"
    contest: str = ""
    log: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    rulebook: str = ""
    witnesses: str = ""
    witnesses_needed: Annotated[int, msgspec.Meta(ge=0)] = 0
    per_person_figures: bool = False
    password_grant: Literal["", "on", "off"] = ""
    real_data: str = "../shared/data"
    ledger_origin: str = ""
    ledger_key: str = ""
    ledger_signer: str = ""
    ledger_every: Every = 1.0

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data).expanduser()

    @property
    def database_url(self) -> str:
        """The database's URL."""
        return self.database or f"sqlite:///{self.folder / 'gardefou.db'}"

    @property
    def media_folder(self) -> Path:
        """The folder with members' images."""
        return self.folder / "media"

    @property
    def ledger_folder(self) -> Path:
        """Where the published record lies."""
        return self.folder / "ledger"

    @property
    def public_url(self) -> str:
        """Where people reach us, without a slash at the end; a name, since passkeys refuse a bare address."""
        return self.url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def contest_address(self) -> str:
        """Whom an owner or a reporter writes to who contests."""
        return self.contest or parseaddr(self.mail_from)[1]

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach us."""
        return self.host in LOOPBACK


def load(options: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        options: what the command line said; None values are left out.
        environ: the environment; the process's own when None.

    Raises:
        SettingsError: a file is broken, a key unknown or a value unusable; the message names file or variable and key.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    values |= _from_file(environ)
    values |= _from_environment(environ)
    values |= {key: value for key, value in (options or {}).items() if value is not None}
    settings = _convert(values, "the settings")
    check(settings)
    return settings


def _from_file(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get(CONFIG)
    path = Path(named or FILE)
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if named:
            raise SettingsError(f"{path}: there is no such file ({CONFIG} names it)") from None
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path}: cannot be read: {problem}") from problem
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{path}: not valid TOML: {problem}") from problem
    for key in values:
        _known(key, f"{path}: {key}")
    _convert(values, str(path))
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == CONFIG:
            continue
        key = name.removeprefix(PREFIX).lower()
        _known(key, name)
        values[key] = value
        _convert({key: value}, name)
    return values


def _known(key: str, where: str) -> None:
    if key not in Settings.__struct_fields__:
        known = ", ".join(Settings.__struct_fields__)
        raise SettingsError(f"{where}: no such setting; known are {known}")


def _convert(values: Mapping[str, Any], where: str) -> Settings:
    try:
        return msgspec.convert(dict(values), Settings, strict=False)
    except msgspec.ValidationError as problem:
        what, _, at = str(problem).partition(" - at `$.")
        key = at.rstrip("`")
        raise SettingsError(f"{where}: {key + ': ' if key else ''}{what[:1].lower()}{what[1:]}") from problem


def check(settings: Settings) -> None:
    """See that every setting can be used, as far as its text alone shows.

    Raises:
        SettingsError: one cannot; the message names it.
    """
    if settings.smtp and not _is_url(settings.smtp, {"smtp", "smtps"}):
        raise SettingsError("smtp: expected smtp://host:port or smtps://host:port")
    if settings.url and not _is_url(settings.url, {"http", "https"}):
        raise SettingsError(f"url: expected http://… or https://…, not {settings.url!r}")
    if not _is_host(settings.host):
        raise SettingsError(
            f"host: expected an address or a name such as 127.0.0.1 or localhost, not {settings.host!r}"
        )
    for one in filter(None, map(str.strip, settings.proxies.split(","))):
        if not _is_network(one):
            raise SettingsError(f"proxies: expected addresses or networks such as 127.0.0.1 or 10.0.0.0/8, not {one!r}")
    _check_oidc(settings)
    _check_ledger(settings)
    policy_of(settings.witnesses, settings.witnesses_needed)
    if not _ADDRESS.fullmatch(parseaddr(settings.mail_from)[1]) or _CONTROL.search(settings.mail_from):
        raise SettingsError(f"mail_from: expected one address, as in NAME <name@host>, not {settings.mail_from!r}")
    if settings.contest and not _ADDRESS.fullmatch(settings.contest):
        raise SettingsError(f"contest: expected one address, as in name@host, not {settings.contest!r}")
    scheme = urlsplit(settings.database_url).scheme.partition("+")[0]
    if scheme not in {"sqlite", "postgresql"}:
        raise SettingsError("database: expected sqlite:///PATH or postgresql://…")
    if settings.owner and {scheme, urlsplit(settings.owner).scheme.partition("+")[0]} != {"postgresql"}:
        raise SettingsError(
            "owner: expected postgresql://…, the owner of a PostgreSQL database that `database` names too"
        )


def _check_ledger(settings: Settings) -> None:
    origin = settings.ledger_origin
    if "+" in origin or "://" in origin or _SPACE.search(origin):
        raise SettingsError(
            "ledger_origin: expected a name such as house.example/ledger, without spaces, plus or scheme, not "
            f"{origin!r}"
        )
    try:
        shlex.split(settings.ledger_signer)
    except ValueError as problem:
        raise SettingsError(f"ledger_signer: a quotation mark is not closed ({problem})") from problem


def _check_oidc(settings: Settings) -> None:
    if bool(settings.oidc_issuer) != bool(settings.oidc_client_id):
        raise SettingsError("oidc_issuer and oidc_client_id are set together, or neither is")
    if not settings.oidc_issuer:
        if settings.oidc_roles or settings.oidc_client_secret_file:
            raise SettingsError("oidc_issuer: missing, though oidc_roles or oidc_client_secret_file is set")
        return
    parts = urlsplit(settings.oidc_issuer) if _is_url(settings.oidc_issuer, {"http", "https"}) else None
    if parts is None or parts.query or parts.fragment or (parts.scheme == "http" and parts.hostname not in LOOPBACK):
        raise SettingsError(
            f"oidc_issuer: expected https://… as the provider names itself, not {settings.oidc_issuer!r}"
        )
    if not settings.oidc_groups_claim:
        raise SettingsError("oidc_groups_claim: expected the name of a claim, such as groups")
    groups_mapped(settings.oidc_roles)


def groups_mapped(text: str) -> dict[str, frozenset[Role]]:
    """Return which roles each group leaves.

    Raises:
        SettingsError: it is no list of `GROUP=ROLE`, or names a role that there is not.
    """
    found: dict[str, frozenset[Role]] = {}
    for one in filter(None, map(str.strip, text.split(","))):
        group, _equals, role = (part.strip() for part in one.rpartition("="))
        if not group or role not in frozenset(Role):
            known = ", ".join(Role)
            raise SettingsError(f"oidc_roles: expected GROUP=ROLE, with one of the roles {known}, not {one!r}")
        found[group] = found.get(group, frozenset()) | {Role(role)}
    return found


def _is_url(text: str, schemes: set[str]) -> bool:
    """Return whether a text names a host on the network, by one of these schemes."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    # The library passes over line ends without a word.
    return parts.scheme in schemes and _is_host(parts.hostname or "") and port != 0 and not _SPACE.search(text)


def _is_host(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def prepare_folder(settings: Settings) -> Path:
    """Make the data folder if it is not there, and see that it can be written to.

    Raises:
        UnwritableFolderError: it cannot.
    """
    folder = settings.folder
    probe = folder / f".writable-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise UnwritableFolderError(
            f"the data folder {folder} cannot be written to ({problem.strerror}); set GARDEFOU_DATA to one that can"
        ) from problem
    return folder


def secret(settings: Settings) -> str:
    """Return the key that forms are signed with: kept in the data folder, readable by its owner only."""
    path = prepare_folder(settings) / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii").strip()
