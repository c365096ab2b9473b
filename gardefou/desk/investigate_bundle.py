"""Take a bundle of an account, or an incident, out of the house; that is an entry before it leaves."""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from litestar import post
from litestar.response import Stream

from gardefou.clock import Clock
from gardefou.desk.errors import FormError
from gardefou.desk.forms import fields_of
from gardefou.desk.investigate_page import account_id_of
from gardefou.desk.session import AnyRequest
from gardefou.incidents.queries import incident as incident_row
from gardefou.ledger.folder import LedgerFolder
from gardefou.may import May
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.watch.bundle import Scope, write_bundle
from gardefou.watch.record_export import record_export
from gardefou.words import gettext as _

#: What is longer is written to the disk.
_IN_MEMORY = 16 * 1024**2
_PIECE = 1 << 16


@post("/desk/investigate/bundle", may=May.STAFF, roles=(Role.AUDITOR,), asks=("account", "incident"))
async def download(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, ledger_folder: LedgerFolder
) -> Stream:
    """Hand over one file with what the record has of an account or an incident, and what it stands for.

    Raises:
        FormError: neither is named, or both are.
    """
    fields = await fields_of(request)
    account, incident = fields.text("account"), fields.number("incident")
    if bool(account) == (incident is not None):
        raise FormError(_("Name an account or an incident: one of the two."), field="account")
    now = clock.now()

    def make() -> tuple[BinaryIO, int]:
        # It outlives this function: the answer reads it to its end, and closes it.
        out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        try:
            with db.reading() as tx:
                scope = _scope(tx, account, incident)
                written = write_bundle(tx, out, folder=ledger_folder, scope=scope)  # type: ignore[arg-type]  # of bytes
            with db.transaction() as tx:
                record_export(tx, actor=me.actor, now=now, scope=scope, written=written)
            out.seek(0)
        except BaseException:
            out.close()
            raise
        return out, written.size  # type: ignore[return-value]  # a file of bytes

    file, size = await asyncio.to_thread(make)
    name = f"gardefou-{'account' if account else 'incident'}-{size}.tar"
    return Stream(
        _pieces(file),
        media_type="application/x-tar",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


def _scope(tx: Tx, account: str, incident: int | None) -> Scope:
    if incident is not None:
        return Scope(incident_id=int(incident_row(tx, incident)["id"]), opened=True)
    return Scope(account_id=account_id_of(tx, account), opened=True)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
