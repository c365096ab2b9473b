"""The page of a case again, after a form that could not be used, with what was chosen and typed in it (promise 20)."""

from litestar.response import Template

from gardefou.desk.blur_page import blur_of
from gardefou.desk.case import case_context
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.problems import sentence
from gardefou.desk.queue import chosen_of, pane
from gardefou.desk.session import AnyRequest
from gardefou.enforcement.ports import Exhibits
from gardefou.errors import BadInputError, ConflictError, NotFoundError
from gardefou.orders.ports import Ports
from gardefou.reports.errors import CaseChangedError, UnknownMacroError, WorkerError
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database


def mendable(problem: BadInputError) -> bool:
    """Return whether the same form can be used once it is mended, or the case looked at again.

    Otherwise another form is needed, another case, or somebody else.
    """
    if isinstance(problem, CaseChangedError | UnknownMacroError):
        return True
    return not isinstance(problem, ConflictError | NotFoundError | WorkerError)


def asked_again(
    request: AnyRequest,
    db: Database,
    ports: Ports,
    exhibits: Exhibits,
    *,
    me: SignedIn,
    now: int,
    fields: Fields,
    problem: BadInputError,
) -> Template | None:
    """Return the page of a case with its form as it was sent, and beside it what is wrong.

    None where nothing in the form can be mended. A case that has changed is shown, and sent, as it is now.
    """
    if not mendable(problem):
        return None
    case_id = fields.id_or_none("case_id")
    if case_id is None:
        return None
    try:
        with db.reading() as tx:
            context = frame(tx, me, now) | case_context(tx, ports, exhibits, me=me, now=now, case_id=case_id)
            context |= blur_of(tx, request)
            context["queue"] = pane(tx, ports, me=me, now=now, chosen=chosen_of("", "", ""), current=case_id)
    except NotFoundError:
        return None
    context["stream"] += f"&case={case_id}"
    context |= {
        "path": f"/desk/cases/{case_id}",
        "typed": fields.typed(),
        "chosen_posts": fields.many("posts"),
        "wrong": sentence(problem),
    }
    return Template("desk/desk.html", context=context, status_code=409 if isinstance(problem, ConflictError) else 400)
