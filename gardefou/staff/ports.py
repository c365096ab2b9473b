"""What rooms above plug into signing: an authenticator that answers by itself."""

from typing import Protocol

from gardefou.staff.site import Site
from gardefou.storage import Tx


class Authenticator(Protocol):
    """Answers a challenge for a person at once, without asking them: in demonstrations, replays and tests alone."""

    def says(self, tx: Tx, *, person_id: int, site: Site, challenge: bytes) -> str:
        """Return the assertion as JSON; empty when the person has no key."""

    def public_key(self, tx: Tx, *, person_id: int) -> bytes | None:
        """Return the key that it signs with for a person where no credential holds it; None where one does."""
