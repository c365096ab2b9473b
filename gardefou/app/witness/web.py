"""The witness's web side: `POST /add-checkpoint` as C2SP tlog-witness has it, and a page that says what this is."""

import asyncio
from typing import Any

import structlog
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from gardefou.app.witness.config import Config
from gardefou.app.witness.memory import Memory
from gardefou.clock import SECOND, Clock, to_iso
from gardefou.ledger import witnessing
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.cosignature import cosign
from gardefou.ledger.witnessing import LONGEST, SIZE_TYPE, Refusal, Submission, Why
from gardefou.may import May

#: How each no is answered.
STATUS = {
    Why.MALFORMED: 400,
    Why.UNKNOWN_LOG: 404,
    Why.UNSIGNED: 403,
    Why.OTHER_SIZE: 409,
    Why.OTHER_ROOT: 409,
    Why.UNPROVED: 422,
}

_log = structlog.get_logger(__name__)


class Witness:
    """One witness at work."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Open its memory.

        Raises:
            WitnessError: it cannot be opened.
        """
        self.config = config
        self.memory = Memory(config.memory)
        self._clock = clock

    def take(self, data: bytes) -> str | Refusal:
        """Return the line of the signature, once the new head is on the disk; or why there is none."""
        asked = witnessing.read(data)
        if isinstance(asked, Refusal):
            return asked
        origin = asked.head.origin
        with self.memory.turn() as turn:
            # The time is read while no other head can come between: what is signed says what was the newest then.
            seconds = self._clock.now() // SECOND
            found = witnessing.judge(asked, keys=self.config.logs.get(origin), last=(last := turn.last(origin)))
            if isinstance(found, Refusal):
                if found.why is Why.OTHER_ROOT:
                    turn.keep_fork(origin, asked.note, at=seconds)
                return found
            line = cosign(asked.note.text, signer=self.config.signer, seconds=seconds)
            if found.size != last.size or found.size == 0:
                turn.remember(found, asked.note, at=seconds)
        self._tell(asked, found)
        return f"{line}\n"

    def _tell(self, asked: Submission, found: Checkpoint) -> None:
        _log.info("witness.signed", log=found.origin, size=found.size, since=asked.old)


@post("/add-checkpoint", may=May.ANYONE, media_type=MediaType.TEXT, status_code=200)
async def add_checkpoint(request: Request[Any, Any, Any], witness: Witness) -> Response[str]:
    """Co-sign a head that begins with the last one."""
    answer = await asyncio.to_thread(witness.take, await request.body())
    if isinstance(answer, str):
        return Response(answer, media_type="text/plain; charset=utf-8")
    fork = answer.why is Why.OTHER_ROOT
    (_log.error if fork else _log.warning)("witness.refused", why=answer.why.value, said=answer.words)
    if STATUS[answer.why] == 409:  # noqa: PLR2004  # a conflict has a body of its own
        return Response(f"{answer.size}\n", status_code=409, headers={"content-type": SIZE_TYPE})
    return Response(f"{answer.words}\n", status_code=STATUS[answer.why], media_type="text/plain; charset=utf-8")


@get("/vkey", may=May.ANYONE, sync_to_thread=False, media_type=MediaType.TEXT)
def vkey(witness: Witness) -> str:
    """Return what this witness's signatures are verified with."""
    return f"{witness.config.signer.key}\n"


@get("/", may=May.ANYONE, sync_to_thread=True, media_type=MediaType.TEXT)
def about(witness: Witness) -> str:
    """Say what this is, and what was signed last."""
    key = witness.config.signer.key
    lines = [
        f"{key.name}: a witness",
        "",
        "A log publishes one record to everybody. This witness signs each head of it that it is shown, as long as it",
        "begins with everything that the last one had. Somebody who rewrites their record, or shows two people two",
        "different ones, finds no second signature here. It does not judge what is in a record, and reads none of it.",
        "",
        "Its signatures are verified with this key (C2SP signed-note, cosignature/v1):",
        "",
        f"    {key}",
        "",
        "Heads are sent to POST /add-checkpoint, as https://c2sp.org/tlog-witness has it.",
        "",
    ]
    last = {one.origin: one for one in witness.memory.signed()}
    lines += ["It watches:", ""] if witness.config.logs else ["It watches no log yet.", ""]
    for origin in witness.config.logs:
        one = last.get(origin)
        said = "nothing signed yet" if one is None else f"{one.size} entries, signed at {to_iso(one.at * SECOND)}"
        lines.append(f"    {origin}: {said}")
    forks = len(witness.memory.forks())
    if forks:
        lines += [
            "",
            f"It was shown {forks} heads that contradict one it had signed; `gardefou witness evidence` prints them.",
        ]
    return "\n".join(lines) + "\n"


def _problem(_: Request[Any, Any, Any], problem: Exception) -> Response[str]:
    """Answer in one line; what went wrong in here is for the log alone."""
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    if status >= 500:  # noqa: PLR2004  # ours, not theirs
        _log.error("witness.failed", problem=type(problem).__name__, said=str(problem)[:200])
    words = {404: "nothing is here; see /", 405: "not by that method", 413: f"at most {LONGEST} bytes"}
    return Response(f"{words.get(status, 'this did not work')}\n", status_code=status, media_type="text/plain")


async def _headers(message: Message, _: Scope) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [
            *message["headers"],
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
        ]


def create_app(config: Config, clock: Clock) -> Litestar:
    """Return the web side of a witness.

    Raises:
        WitnessError: its memory cannot be opened.
    """
    witness = Witness(config, clock)

    async def the_witness() -> Witness:
        return witness

    return Litestar(
        route_handlers=[add_checkpoint, vkey, about],
        dependencies={"witness": Provide(the_witness, use_cache=True)},
        exception_handlers={Exception: _problem},
        before_send=[_headers],
        request_max_body_size=LONGEST,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
