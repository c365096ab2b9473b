"""`ledger erase`: propose to destroy who somebody was, in the record and beside it."""

from typing import Annotated

import typer

from gardefou.app.commands.common import Data, Json
from gardefou.app.commands.propose import propose
from gardefou.orders.kinds import Kind


def erase(
    person: Annotated[str, typer.Argument(help="Whom: a name, number or e-mail address.", metavar="PERSON")],
    as_: Annotated[str, typer.Option("--as", help="Who proposes: a name, number or e-mail address.")] = "",
    why: Annotated[str, typer.Option(help="A word for colleagues; it stays, so name nobody in it.")] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Propose to erase a person who left: name, address, keys and words go; every proof stays."""
    return propose(Kind.PERSON_ERASE.value, person, as_=as_, why=why, data=data, json=json)
