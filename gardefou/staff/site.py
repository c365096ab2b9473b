"""The site that passkeys are for: a passkey made for one is of no use to another (WebAuthn level 2, section 13.4.9)."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where people reach the house.

    Attributes:
        id: the relying party's id: the host's name, without a port.
        origin: what browsers write into what they sign: scheme, host and port.
    """

    id: str
    origin: str


def site_at(url: str) -> Site:
    """Return the site of an address that people type."""
    parts = urlsplit(url)
    return Site(id=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")
