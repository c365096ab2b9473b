"""How the house reaches its identity provider, from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gardefou.app.errors import SettingsError
from gardefou.app.settings import Settings, groups_mapped
from gardefou.staff.roles import Role

#: The one address that the provider sends people back to.
BACK = "/desk/oidc/back"
#: Bits of a file's mode that let anybody but its owner in.
_OTHERS = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One provider, and one client there.

    Attributes:
        issuer: the provider, exactly as it names itself.
        client_id: our name there.
        client_secret: our secret there; empty for a public client, which PKCE alone protects.
        redirect_uri: where it sends people back to.
        groups_claim: where an id token says somebody's groups.
        roles: which roles each group leaves; empty when nothing is narrowed.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    groups_claim: str
    roles: Mapping[str, frozenset[Role]]


def configured(settings: Settings) -> Config | None:
    """Return the provider that the settings name; None when they name none.

    Raises:
        SettingsError: the secret's file cannot be read, or others may read it too.
    """
    if not settings.oidc_issuer:
        return None
    return Config(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=_secret(settings.oidc_client_secret_file),
        redirect_uri=settings.public_url + BACK,
        groups_claim=settings.oidc_groups_claim,
        roles=groups_mapped(settings.oidc_roles),
    )


def _secret(name: str) -> str:
    if not name:
        return ""
    path = Path(name).expanduser()
    try:
        mode, secret = path.stat().st_mode, path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"oidc_client_secret_file: {path} cannot be read: {problem}") from problem
    if mode & _OTHERS:
        raise SettingsError(f"oidc_client_secret_file: others may read {path}; run `chmod 600 {path}`")
    if not secret:
        raise SettingsError(f"oidc_client_secret_file: {path} is empty")
    return secret
