"""Take what a passkey says, to come in or under an order; one that counts backwards is refused (WebAuthn 2, 6.1.1)."""

from sqlalchemy import RowMapping, select, update

from gardefou.staff import credentials
from gardefou.staff.assertion import check, read
from gardefou.staff.errors import BadAssertionError
from gardefou.staff.site import Site
from gardefou.staff.tables import credential_use
from gardefou.storage import Tx


def use_passkey(
    tx: Tx, *, site: Site, now: int, said: str, challenge: bytes, person_id: int | None = None
) -> RowMapping:
    """Insist that one of our keys answered a challenge here, and remember how far it has counted.

    Args:
        tx: the open transaction.
        site: where.
        now: the instant.
        said: the browser's answer, as JSON (`PublicKeyCredential.toJSON`).
        challenge: what was asked.
        person_id: whose key it must be; anybody's when None.

    Returns:
        The credential, which may have been ended, or be too new for what it signed: that is for the caller.

    Raises:
        BadAssertionError: `why` names it; nothing is written.
    """
    one = read(said)
    row = credentials.by_key(tx, one.key_id)
    if row is None or person_id not in (None, row["person_id"]):
        raise BadAssertionError("unknown-key")
    mine = credential_use.c.credential_id == row["id"]
    counter = int(tx.scalar(select(credential_use.c.counter).where(mine)) or 0)
    counted = check(one, challenge=challenge, site=site, public_key=row["public_key"], counter=counter)
    # A copy of it may be counting at this very instant: of the two, one is heard.
    unmoved = mine & (credential_use.c.counter == counter)
    if (
        tx.execute(update(credential_use).where(unmoved).values(counter=max(counted, counter), used_at=now)).rowcount
        != 1
    ):
        raise BadAssertionError("counter")
    return row
