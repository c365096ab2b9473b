"""`ledger recover`: agree that the house goes on without what its record has lost."""

from typing import Annotated

import typer

from gardefou.app.behind_watch import ahead, held_elsewhere
from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.commands.propose import propose
from gardefou.app.errors import OK
from gardefou.safeguards.settings import RECOVERED
from gardefou.words import gettext as _


def recover(
    as_: Annotated[str, typer.Option("--as", help="Who proposes: a name, number or e-mail address.")],
    why: Annotated[str, typer.Option(help="A word for colleagues: which backup it was, and why.")] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Propose to go on without what the record has lost, as after a backup was put back; others sign it.

    Until then only restores take effect. It names the head that is held elsewhere and that the record does not have.
    """
    with the_house(data) as house:
        held = held_elsewhere(house.settings)
        with house.db.reading() as tx:
            lost = ahead(tx, held)
    if lost is None:
        answer(
            {"behind": False}, as_json=json, words=_("The record has every head that is held of it: nothing is lost.")
        )
        return OK
    said = [f"name={RECOVERED}", f"value={lost.head}"]
    return propose("setting.change", set_=said, as_=as_, why=why, data=data, json=json)
