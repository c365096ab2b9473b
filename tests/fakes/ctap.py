"""A hardware key without the hardware: it speaks CTAP 2 byte for byte, PIN and all, and signs for one site."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from threading import Event
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.ctap import STATUS, CtapDevice, CtapError
from fido2.ctap2.base import Ctap2
from fido2.ctap2.pin import ClientPin, PinProtocolV1
from fido2.hid import CAPABILITY, CTAPHID

from tests.factories.authenticator import key_of

_UP, _UV = 0x01, 0x04


class KeyInTheSocket(CtapDevice):
    """Holds some of the software authenticator's keys.

    Args:
        site: the host name it knows its keys for.
        key_ids: which it holds.
        pin: what opens it.
    """

    def __init__(self, *, site: str, key_ids: tuple[bytes, ...], pin: str) -> None:
        self.site, self.key_ids, self.pin = site, key_ids, pin
        self.counter = 0
        self._own = ec.generate_private_key(ec.SECP256R1())
        self._token = b"\x5a" * 32

    @property
    def capabilities(self) -> int:
        """It speaks CBOR."""
        return CAPABILITY.CBOR

    @classmethod
    def list_devices(cls) -> "Iterator[KeyInTheSocket]":
        """Find none: the test puts it in."""
        return iter(())

    def call(
        self,
        cmd: int,
        data: bytes = b"",
        event: Event | None = None,  # noqa: ARG002  # the port's shape
        on_keepalive: Callable[[STATUS], None] | None = None,
    ) -> bytes:
        """Answer one command."""
        assert cmd == CTAPHID.CBOR
        asked: dict[int, Any] = cbor.decode(data[1:]) if data[1:] else {}  # type: ignore[assignment]  # it is a map
        try:
            return b"\x00" + cbor.encode(self._found(data[0], asked, on_keepalive))
        except CtapError as problem:
            return bytes([problem.code])

    def _found(
        self, command: int, asked: dict[int, Any], on_keepalive: Callable[[STATUS], None] | None
    ) -> dict[int, Any]:
        match command:
            case Ctap2.CMD.GET_INFO:
                return self._info()
            case Ctap2.CMD.CLIENT_PIN:
                return self._client_pin(asked)
            case Ctap2.CMD.GET_ASSERTION:
                return self._assertion(asked, on_keepalive)
            case _:
                raise CtapError(CtapError.ERR.INVALID_COMMAND)

    def _info(self) -> dict[int, Any]:
        options = {"rk": True, "up": True, "clientPin": True}
        return {1: ["FIDO_2_0"], 3: bytes(16), 4: options, 5: 1200, 6: [PinProtocolV1.VERSION]}

    def _client_pin(self, asked: dict[int, Any]) -> dict[int, Any]:
        point = self._own.public_key().public_numbers()
        if asked[2] == ClientPin.CMD.GET_KEY_AGREEMENT:
            return {1: {1: 2, 3: -25, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}}
        assert asked[2] == ClientPin.CMD.GET_TOKEN_USING_PIN_LEGACY
        theirs = asked[3]
        peer = ec.EllipticCurvePublicNumbers(
            int.from_bytes(theirs[-2], "big"), int.from_bytes(theirs[-3], "big"), ec.SECP256R1()
        )
        protocol: Any = PinProtocolV1()  # Its methods say nothing of their types.
        secret = protocol.kdf(self._own.exchange(ec.ECDH(), peer.public_key()))
        if protocol.decrypt(secret, asked[6]) != sha256(self.pin.encode()).digest()[:16]:
            raise CtapError(CtapError.ERR.PIN_INVALID)
        return {2: protocol.encrypt(secret, self._token)}

    def _assertion(self, asked: dict[int, Any], on_keepalive: Callable[[STATUS], None] | None) -> dict[int, Any]:
        site, client_hash, allowed = asked[1], asked[2], [one["id"] for one in asked.get(3, ())]
        protocol: Any = PinProtocolV1()
        verified = asked.get(6) == protocol.authenticate(self._token, client_hash)
        touched = asked.get(5, {}).get("up", True)
        if touched and on_keepalive is not None:
            on_keepalive(STATUS.UPNEEDED)
        mine = [key_id for key_id in allowed if key_id in self.key_ids]
        if site != self.site or not mine:
            raise CtapError(CtapError.ERR.NO_CREDENTIALS)
        self.counter += touched
        flags = (_UP if touched else 0) | (_UV if verified else 0)
        head = sha256(site.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")
        signed = key_of(mine[0]).sign(head + client_hash, ec.ECDSA(hashes.SHA256()))
        return {1: {"id": mine[0], "type": "public-key"}, 2: head, 3: signed}
