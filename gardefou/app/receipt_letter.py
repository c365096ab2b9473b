"""The receipt that rides along with an owner's letter. It is made as the letter leaves, from what is published by then.

A letter is written in the transaction of what it tells of, before any head stands for that. Its receipt is waited for,
a few seconds at most: a notice is never held up for a proof, and without one it says where the proof will lie.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from gardefou.app.house import House, address
from gardefou.app.receipts import RECEIPTS, made, published
from gardefou.clock import SECOND
from gardefou.errors import GardefouError
from gardefou.ledger.errors import NotPublishedError
from gardefou.ledger.receipt import SUFFIX
from gardefou.redress.receipts import of_effect
from gardefou.words import gettext as _
from gardefou.words import speak

#: The longest a letter waits for its receipt.
WAITS = 10 * SECOND

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Riding:
    """What rides along with a letter: a paragraph under it, and the receipt's file, if there is one by now."""

    text: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def riding(house: House, letter: Mapping[str, Any], *, written_at: int, now: int) -> Riding | None:
    """Return what rides along with a letter that names an order in `receipt`; None where it is worth waiting for."""
    order_id, receipt = int(letter["receipt"]), None
    with house.db.reading() as tx:
        found, url = of_effect(tx, order_id), address(tx, house)
        if found is None:
            return Riding(text="")
        try:
            receipt = made(tx, house.settings, found)
        except NotPublishedError:
            # Where nothing was ever published, nothing is about to be.
            if 0 <= now - written_at < WAITS and published(house.settings).checkpoint() is not None:
                return None
        except (GardefouError, OSError) as problem:
            # The notice goes: what is wrong with the files is for who runs the house, and is theirs to read.
            _log.error("receipt.not_made", order=str(order_id), problem=type(problem).__name__, said=str(problem))
    link = f"{url}{RECEIPTS}/{found.entry.index}"
    with speak(letter["locale"]):
        if receipt is None:
            return Riding(text="\n" + _later(link))
        name = f"{order_id}{SUFFIX}"
        return Riding(text="\n" + _attached(name, link, url), files={name: str(receipt).encode()})


def _attached(name: str, link: str, url: str) -> str:
    return (
        _(
            "Attached is a receipt, %(name)s. It proves that this stands in our record, and that we cannot change it "
            "unnoticed. It is checked without us, with our public key: %(key)s\n\n"
            "It can be had again here, after you sign in:\n%(link)s",
            name=name,
            key=f"{url}/ledger/vkey",
            link=link,
        )
        + "\n"
    )


def _later(link: str) -> str:
    return (
        _(
            "A receipt of this, which proves that it stands in our record, was not ready when this letter left. "
            "It lies here, after you sign in:\n%(link)s",
            link=link,
        )
        + "\n"
    )
