"""The letter with the link that sets a new password. The link is made here, as the letter leaves, and kept nowhere."""

from collections.abc import Mapping

from gardefou.app.house import House, address
from gardefou.events import Actor
from gardefou.network.passwords_anew import make_link
from gardefou.words import gettext as _
from gardefou.words import speak


def with_link(house: House, asked: Mapping[str, str]) -> dict[str, str]:
    """Return subject and text of the letter to `account`, called `handle`, in its `locale`."""
    with house.db.transaction() as tx:
        token = make_link(tx, actor=Actor.machine("worker"), now=house.clock.now(), account_id=int(asked["account"]))
        link = f"{address(tx, house)}/password/{token}"
    with speak(asked["locale"]):
        handle = f"@{asked['handle']}"
        return {
            "subject": _("A new password for %(handle)s", handle=handle),
            "text": _(
                "Somebody, you we hope, asked for a new password for %(handle)s.\n\n"
                "Set it here, within a day; the link works once:\n%(link)s\n\n"
                "If it was not you, do nothing: nothing has changed.",
                handle=handle,
                link=link,
            )
            + "\n",
        }
