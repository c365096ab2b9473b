"""The ways in which somebody can have come in."""

from enum import StrEnum


class Method(StrEnum):
    """How a session was opened. Values are stored: never change one."""

    LINK = "link"
    PASSKEY = "passkey"
    OIDC = "oidc"
    DEMO = "demo"
