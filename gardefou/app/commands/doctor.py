"""`doctor`: what is wrong here, and what to do."""

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.doctor import examine
from gardefou.app.errors import FINDING, OK

_MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def doctor(data: Data = None, json: Json = False) -> int:
    """Say what is misconfigured, dead, late, or cannot be satisfied by the people at hand."""
    with the_house(data) as house:
        checks = list(examine(house))
    well = all(check.state != "problem" for check in checks)
    if json:
        things = [{"name": check.name, "state": check.state, "words": check.words} for check in checks]
        answer({"well": well, "checks": things}, as_json=True, words="")
    else:
        for check in checks:
            out().print(f"{_MARKS[check.state]}  {check.name:<10} {check.words}", markup=False)
    return OK if well else FINDING
