"""A hardware key in this machine's socket (CTAP 2), which says at the command line what it would say in a browser.

The key answers for the house's own site alone, and sees its owner by a PIN or a finger; what it says is checked by the
verbs like any other assertion. Keys in phones and in the machine itself speak through a browser only.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardefou.errors import BadInputError
from gardefou.staff.site import Site
from gardefou.words import gettext as _

if TYPE_CHECKING:
    from fido2.client import ClientError
    from fido2.ctap import CtapDevice


class NoAnswerError(BadInputError):
    """No key answered."""

    code = "no-key-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Whoever sits before the terminal.

    Attributes:
        touch: called once the key waits to be touched.
        pin: asks for the key's PIN; empty is no.
    """

    touch: Callable[[], None]
    pin: Callable[[], str]


def plugged_in() -> "list[CtapDevice]":
    """Return the keys in this machine's sockets that we may speak to."""
    from fido2.hid import CtapHidDevice  # noqa: PLC0415  # most commands never see a key

    try:
        return list(CtapHidDevice.list_devices())
    except (OSError, NotImplementedError):
        return []  # None that we may speak to, or a machine that has no such sockets.


def ask(keys: "Iterable[CtapDevice]", *, options: str, site: Site, hand: Hand) -> str:
    """Ask the first key that knows one of the credentials.

    Args:
        keys: the keys at hand.
        options: what a page tells a browser to ask (`PublicKeyCredentialRequestOptionsJSON`).
        site: where.
        hand: whoever sits before the terminal.

    Returns:
        The assertion, as JSON (`PublicKeyCredential.toJSON`).

    Raises:
        NoAnswerError: none knows any of them, or none saw its owner; it says why.
    """
    from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client, UserInteraction  # noqa: PLC0415
    from fido2.ctap import CtapError  # noqa: PLC0415
    from fido2.webauthn import PublicKeyCredentialRequestOptions  # noqa: PLC0415

    class Asked(UserInteraction):
        def prompt_up(self) -> None:
            hand.touch()

        def request_pin(self, permissions: object, rp_id: str | None) -> str | None:  # noqa: ARG002  # its shape
            return hand.pin() or None

    wanted = PublicKeyCredentialRequestOptions.from_dict(json.loads(options))
    why = _("there is none in this machine's sockets")
    for key in keys:
        try:
            client = Fido2Client(key, DefaultClientDataCollector(site.origin), Asked())
            return json.dumps(dict(client.get_assertion(wanted).get_response(0)))
        except ClientError as problem:
            why = _why(problem)
        except (CtapError, OSError, ValueError) as problem:
            why = str(problem)
    raise NoAnswerError(_("no key answered: %(why)s", why=why))


def _why(problem: "ClientError") -> str:
    """Return in words why a key did not answer."""
    from fido2.client import ClientError, PinRequiredError  # noqa: PLC0415
    from fido2.ctap import CtapError  # noqa: PLC0415

    if isinstance(problem, PinRequiredError):
        return _("it wants its PIN")
    said = getattr(problem.cause, "code", None)
    if said == CtapError.ERR.PIN_INVALID:
        return _("that is not its PIN")
    if said in (CtapError.ERR.PIN_BLOCKED, CtapError.ERR.PIN_AUTH_BLOCKED):
        return _("after so many wrong PINs it answers nobody; take it out and put it in again, or reset it")
    return {
        ClientError.ERR.DEVICE_INELIGIBLE: _("the one in the socket was not enrolled here by this person"),
        ClientError.ERR.TIMEOUT: _("nobody touched it in time"),
        ClientError.ERR.CONFIGURATION_UNSUPPORTED: _("it has no PIN yet, and sees nobody without one"),
    }.get(problem.code, str(problem.cause or problem))
