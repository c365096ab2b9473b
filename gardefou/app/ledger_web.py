"""The published record over HTTP, for everybody, as C2SP tlog-tiles has it; and the page that explains it.

Upholds promise 14. A tile is served only by its one spelling, and only if the newest checkpoint promises it; whatever
else is asked for under these addresses is not there. No name in a request ever becomes a path by itself.
"""

import gzip
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.app.errors import LedgerKeyError
from gardefou.app.ledger_key import verifier_keys
from gardefou.app.settings import Settings
from gardefou.app.witnesses import witnesses_of
from gardefou.clock import Clock
from gardefou.errors import CorruptionError
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.log import Log, state
from gardefou.ledger.publish import newest
from gardefou.ledger.tiles import WIDTH, Tile, read_path
from gardefou.ledger.witnessed import latest_at
from gardefou.may import May
from gardefou.storage import Database

TEXT, BYTES = "text/plain", "application/octet-stream"
#: A head is new every second; a tile never changes.
_FOR_A_SECOND = "public, max-age=1"
_FOR_A_MINUTE = "public, max-age=60"
_FOR_EVER = "public, max-age=31536000, immutable"
_PREFIX = "/ledger/"
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?=,|$)", re.IGNORECASE)
_NOT_CSRF = {"exclude_from_csrf": True}

AnyRequest = Request[Any, Any, Any]


def log_of(settings: Settings) -> Log:
    """Return where a house's record is published; its web side never reads the signing key."""
    return Log(folder=LedgerFolder(settings.ledger_folder), keys=lambda: verifier_keys(settings))


@get("/ledger", may=May.ANYONE, sync_to_thread=True)
def page(db: Database, clock: Clock, settings: Settings, log: Log) -> Template:
    """Explain the record to an outsider: its key, its newest head, how to check it, and what that shows."""
    now = clock.now()
    with db.reading() as tx:
        found, cosigned_at = state(tx, log), latest_at(tx)
    context = {
        "log": found,
        "age": max(0, now - found.at),
        "root": b64encode(found.checkpoint.root).decode() if found.checkpoint else "",
        "late": found.late(now),
        "address": f"{settings.public_url}/ledger",
        "witnesses": witnesses_of(settings.witnesses) if settings.witnesses_needed else (),
        "needed": settings.witnesses_needed,
        "cosigned": None if cosigned_at is None else max(0, now - cosigned_at),
    }
    return Template("ledger.html", context=context)


@get("/ledger/checkpoint", may=May.ANYONE, media=TEXT, published=True, opt=_NOT_CSRF, sync_to_thread=True)
def checkpoint(request: AnyRequest, log: Log) -> Response[bytes]:
    """Return the newest signed head of the record: a C2SP checkpoint."""
    _head(request, log)
    return _answer(request, log.folder.checkpoint() or b"", media=TEXT, keep=_FOR_A_SECOND)


@get("/ledger/vkey", may=May.ANYONE, media=TEXT, published=True, opt=_NOT_CSRF, sync_to_thread=True)
def vkey(request: AnyRequest, log: Log) -> Response[bytes]:
    """Return the verifier key in use, on one line."""
    _asked(request)
    keys = log.keys()
    if not keys:
        raise NotFoundException
    return _answer(request, f"{keys[0]}\n".encode(), media=TEXT, keep=_FOR_A_MINUTE)


@get("/ledger/tile/{tile:path}", may=May.ANYONE, media=BYTES, published=True, opt=_NOT_CSRF, sync_to_thread=True)
def tile(request: AnyRequest, log: Log) -> Response[bytes]:
    """Return a tile of the record's tree, or a bundle of its entries."""
    wanted = read_path(_asked(request))
    if wanted is None:
        raise NotFoundException
    head = _head(request, log)
    if wanted.end > head.size:
        raise NotFoundException
    try:
        data = log.folder.read(wanted)
    except CorruptionError:
        if _promised(wanted, head):
            return _later()
        raise NotFoundException from None
    return _answer(request, data, media=BYTES, keep=_FOR_EVER, pack=wanted.level is None)


#: For the application to mount.
HANDLERS: list[ControllerRouterHandler] = [page, checkpoint, vkey, tile]


def _asked(request: AnyRequest) -> str:
    """Return which file is asked for, in its one spelling: nothing encoded, doubled or left open at the end.

    Raises:
        NotFoundException: it is spelt otherwise.
    """
    raw: bytes = request.scope.get("raw_path") or b""
    path: str = request.scope["path"]
    if raw.partition(b"?")[0] != path.encode() or not path.startswith(_PREFIX):
        raise NotFoundException
    return path.removeprefix(_PREFIX)


def _head(request: AnyRequest, log: Log) -> Checkpoint:
    """Return the newest head.

    Raises:
        NotFoundException: there is none yet.
    """
    _asked(request)
    keys = log.keys()
    if not keys or log.folder.checkpoint() is None:
        raise NotFoundException
    try:
        return newest(log.folder, keys)
    except CorruptionError as problem:
        raise LedgerKeyError(f"the newest checkpoint cannot be believed: {problem.message}") from problem


def _promised(wanted: Tile, head: Checkpoint) -> bool:
    """Return whether the newest head cannot be checked without this very tile."""
    return wanted.width == WIDTH or wanted.width == (head.size >> (8 * (wanted.level or 0))) % WIDTH


def _later() -> Response[bytes]:
    said = b"This part of the record is missing here. Whoever runs the house puts it back: gardefou ledger fsck\n"
    return Response(said, status_code=503, media_type=TEXT, headers={"retry-after": "60", "cache-control": "no-store"})


def _answer(request: AnyRequest, data: bytes, *, media: str, keep: str, pack: bool = False) -> Response[bytes]:
    """Return the bytes, or that the asker has them already; packed for whoever unpacks, where that is worth it."""
    packed = pack and _GZIP.search(request.headers.get("accept-encoding", "")) is not None
    tag = f'"{sha256(data).hexdigest()[:32]}{"-gzip" if packed else ""}"'
    headers = {"etag": tag, "cache-control": keep}
    if pack:
        headers["vary"] = "Accept-Encoding"
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(b"", status_code=304, headers=headers, media_type=media)
    if packed:
        headers["content-encoding"] = "gzip"
        data = gzip.compress(data, compresslevel=6, mtime=0)
    return Response(data, headers=headers, media_type=media)
