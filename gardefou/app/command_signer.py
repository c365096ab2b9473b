"""A signer that is another program: it gets the bytes on its input and answers a signature in base64 on its output.

So the key can lie in a hardware module, or with another system user, and this program never has it. No shell reads the
command, what it says is believed only once the verifier key agrees, and none of it is repeated in a message.
"""

import os
import shlex
import signal
import subprocess

from gardefou.app.errors import LedgerKeyError
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import VerifierKey, from_base64

#: The longest a signature is waited for.
PATIENCE = 10.0


class CommandSigner:
    """Signs by a command."""

    def __init__(self, command: str, key: VerifierKey, *, patience: float = PATIENCE) -> None:
        """Prepare; nothing runs before something is to be signed."""
        self._arguments = shlex.split(command)
        self._key = key
        self._patience = patience

    @property
    def key(self) -> VerifierKey:
        """What verifies what it signs."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of these bytes.

        Raises:
            LedgerKeyError: the command cannot be run, is late, fails, or answers what is no signature by this key.
        """
        try:
            signature = from_base64(self._ask(message).decode("ascii").strip())
        except (NoteError, UnicodeDecodeError):
            raise self._wrong("does not answer 64 bytes in base64") from None
        if not self._key.verifies(message, signature):
            raise self._wrong(f"answers what is no signature by {self._key.name}")
        return signature

    def _ask(self, message: bytes) -> bytes:
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            # A group of its own: whatever it starts ends with it.
            process = subprocess.Popen(  # noqa: S603  # the operator's own command, and no shell
                self._arguments, stdin=pipe, stdout=pipe, stderr=nothing, start_new_session=True
            )
        except OSError as problem:
            raise self._wrong(f"cannot be run ({problem.strerror})") from problem
        with process:
            try:
                answered, _nothing = process.communicate(message, timeout=self._patience)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # It is not reaped yet, so its number is still its own.
                raise self._wrong(f"has not answered within {self._patience:g} seconds") from None
        if process.returncode:
            raise self._wrong(f"ended with {process.returncode}")
        return answered

    def _wrong(self, how: str) -> LedgerKeyError:
        return LedgerKeyError(f"ledger_signer: `{self._arguments[0]}` {how}; run it by hand to see why")
