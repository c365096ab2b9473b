"""The letter with the link that enrols a passkey. The link is made here, as the letter leaves, and kept nowhere."""

from collections.abc import Mapping

from gardefou.app.house import House, address
from gardefou.events import Actor
from gardefou.staff.enrol_passkey import make_link
from gardefou.words import gettext as _
from gardefou.words import speak


def with_invitation(house: House, asked: Mapping[str, str]) -> dict[str, str]:
    """Return subject and text of the letter to `name` about the invitation `credential`, in its `locale`."""
    with house.db.transaction() as tx:
        token = make_link(
            tx, actor=Actor.machine("worker"), now=house.clock.now(), credential_id=int(asked["credential"])
        )
        link = f"{address(tx, house)}/desk/enrol/{token}"
    with speak(asked["locale"]):
        return {
            "subject": _("Your passkey for the desk"),
            "text": _(
                "You are %(name)s here, and are invited to enrol a passkey: with it you sign in, and sign what you "
                "propose, approve or veto.\n\n"
                "Make it here, within three days; the link works once:\n%(link)s\n\n"
                "If you did not expect this, do not open it, and tell a duty manager.",
                name=asked["name"],
                link=link,
            )
            + "\n",
        }
