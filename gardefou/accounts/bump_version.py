"""Give an account a new version: its tier, roster or standing has changed."""

from sqlalchemy import update

from gardefou.accounts.errors import UnknownAccountError
from gardefou.accounts.tables import account
from gardefou.storage import Tx


def bump_version(tx: Tx, account_id: int) -> int:
    """Count the version up by one, within the change that calls for it, and return it.

    Raises:
        UnknownAccountError: there is no account by that number.
    """
    version = tx.scalar(
        update(account)
        .where(account.c.id == account_id)
        .values(version=account.c.version + 1)
        .returning(account.c.version)
    )
    if version is None:
        raise UnknownAccountError(f"there is no account by the number {account_id}")
    return int(version)
