"""The images of reported posts: for staff alone, and only from a case whose reports name the post."""

from litestar import get
from litestar.response import Response

from gardefou.desk.errors import ImageGoneError
from gardefou.enforcement.ports import Exhibits
from gardefou.may import May
from gardefou.reports.named import names_any
from gardefou.storage import Database
from gardefou.words import gettext as _

SIZES = {"small": False, "large": True}


@get("/desk/cases/{case_id:int}/images/{image_id:int}/{size:str}", may=May.STAFF, media="image/*", sync_to_thread=True)
def show(db: Database, exhibits: Exhibits, case_id: int, image_id: int, size: str) -> Response[bytes]:
    """Return an image of a reported post, whatever may be seen of the post; no cache keeps it.

    Raises:
        ImageGoneError: there is none by that number, no report of this case names its post, or it is not kept any more.
    """
    with db.reading() as tx:
        found = exhibits.find(tx, image_id) if size in SIZES else None
        if found is not None and not names_any(tx, case_id=case_id, post_ids=found.post_ids):
            found = None
    content = None if found is None else exhibits.read(found, large=SIZES[size])
    if found is None or content is None:
        raise ImageGoneError(_("This image is no longer kept, or it is not of this case."))
    return Response(content, media_type=found.media_type, headers={"cache-control": "private, no-store"})
