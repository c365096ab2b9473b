"""What the embedded network lets staff do beside setting standings: the whole list, each with its kind of order."""

from collections.abc import Mapping

from gardefou.connectors.embedded.deeds.names import Rename
from gardefou.connectors.embedded.deeds.said import DeletePost, Speak
from gardefou.connectors.embedded.deeds.ties import Block, Unfollow
from gardefou.connectors.embedded.deeds.ways_in import ChangeContact, EndWaysIn
from gardefou.enforcement.ports import Deed
from gardefou.network.ports import Neighbours
from gardefou.orders.kinds import Kind


def deeds_of(neighbours: Neighbours) -> Mapping[str, Deed]:
    """Return every deed by its kind; `neighbours` are told what becomes of accounts."""
    return {
        Kind.ACCOUNT_RENAME.value: Rename(neighbours),
        Kind.ACCOUNT_BLOCK.value: Block(neighbours),
        Kind.ACCOUNT_UNFOLLOW.value: Unfollow(neighbours),
        Kind.ACCOUNT_CONTACT.value: ChangeContact(neighbours),
        Kind.ACCOUNT_CREDENTIALS.value: EndWaysIn(),
        Kind.ACCOUNT_SPEAK.value: Speak(neighbours),
        Kind.POST_DELETE.value: DeletePost(neighbours),
    }
