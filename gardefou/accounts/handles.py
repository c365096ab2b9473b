"""How handles are written and compared."""

from gardefou.accounts.errors import AccountError

HANDLE_LIMIT = 200


def clean_handle(handle: str) -> str:
    """Return the handle without the `@` people write before it.

    Raises:
        AccountError: it is empty, too long, or has a space or a slash in it.
    """
    found = handle.strip().removeprefix("@")
    if not found or len(found) > HANDLE_LIMIT:
        raise AccountError(f"a handle has 1 to {HANDLE_LIMIT} characters; this one has {len(found)}")
    if any(character.isspace() or character in "/?#" or not character.isprintable() for character in found):
        raise AccountError(f"the handle {found!r} has a character that no address can hold")
    return found


def key_of(handle: str) -> str:
    """Return what two spellings of one handle have in common."""
    return handle.strip().removeprefix("@").casefold()
