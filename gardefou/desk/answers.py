"""The same verdict for a browser and for a program: a page with an address, or JSON."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from gardefou.desk.session import AnyRequest, wants_json
from gardefou.desk.why import why
from gardefou.guard.verdict import Refused, to_json
from gardefou.orders.lifecycle import OPEN, State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.staff.sessions import SignedIn

DONE, ACCEPTED, REFUSED = 200, 202, 403
_TEXT = {"type": "string"}
_REASON = {
    "type": "object",
    "required": ["code", "fields", "words"],
    "properties": {
        "code": _TEXT,
        "fields": {"type": "object", "additionalProperties": _TEXT},
        "words": {"type": "string", "description": "What a person would read, in the language asked for."},
    },
    "additionalProperties": False,
}
#: What `as_json` returns, as the OpenAPI document describes it; routes that answer with it say `tells=VERDICT`.
VERDICT: dict[str, Any] = {
    "type": "object",
    "required": ["order", "state", "verdict", "digest", "reasons"],
    "properties": {
        "order": {"type": "string", "description": "The order's number."},
        "state": {"enum": [state.value for state in State]},
        "verdict": {"enum": ["cleared", "waiting", "held", "refused"]},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "reasons": {"type": "array", "items": _REASON},
    },
    "additionalProperties": False,
}
#: What `to_sign` says instead, where the rules ask whoever proposes for a signature: nothing is proposed yet.
TO_SIGN: dict[str, Any] = {
    "type": "object",
    "required": ["state", "paper", "url"],
    "properties": {
        "state": {"const": "to sign"},
        "paper": {"type": "string", "description": "The paper's number, and the order's once it is signed."},
        "url": {"type": "string", "description": "Where it is read and signed."},
    },
    "additionalProperties": False,
}
#: For routes that propose.
PROPOSED: dict[str, Any] = {"oneOf": [VERDICT, TO_SIGN]}


def status_of(outcome: Outcome) -> int:
    """Return 200 when it is done, 202 when it waits, 403 when it was refused."""
    if isinstance(outcome.verdict, Refused):
        return REFUSED
    return ACCEPTED if outcome.order.state in OPEN else DONE


def address_of(order: Order) -> str:
    """Return where an order, or its refusal, is read."""
    return f"/desk/refused/{order.id}" if order.state is State.REFUSED else f"/desk/orders/{order.id}"


def as_json(outcome: Outcome, *, me: SignedIn, now: int) -> dict[str, Any]:
    """Return an outcome for a program; the words are those a person would read."""
    order, verdict = outcome.order, outcome.verdict
    told = why(verdict.reasons, me=me, now=now)
    return {
        "order": str(order.id),
        "state": order.state.value,
        "verdict": to_json(verdict)["verdict"],
        "digest": order.digest.hex(),
        "reasons": [
            {
                "code": reason.code,
                "fields": {key: str(value) for key, value in reason.fields.items()},
                "words": f"{said.words} {said.detail}".strip(),
            }
            for reason, said in zip(verdict.reasons, told, strict=True)
        ],
    }


def to_sign(request: AnyRequest, paper_id: int) -> Response[Any]:
    """Lead to the paper that waits for a signature; a program is told where it is, and that nothing is proposed yet."""
    address = f"/desk/papers/{paper_id}"
    if wants_json(request):
        return Response({"state": "to sign", "paper": str(paper_id), "url": address}, status_code=ACCEPTED)
    return Redirect(address, status_code=303)


def answer(request: AnyRequest, outcome: Outcome, *, me: SignedIn, now: int) -> Response[Any]:
    """Answer with JSON where it is asked for, else lead to the page of the verdict."""
    if wants_json(request):
        return Response(as_json(outcome, me=me, now=now), status_code=status_of(outcome))
    return Redirect(address_of(outcome.order), status_code=303)
