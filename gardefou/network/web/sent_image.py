"""An image that a form brings, kept as soon as it is read: what is wrong with the rest of the form does not lose it."""

from litestar.datastructures import FormMultiDict, UploadFile

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.network.keep_media import keep_media
from gardefou.network.media_folder import MediaFolder
from gardefou.storage import Database


def sent_image(
    form: FormMultiDict, name: str, *, db: Database, clock: Clock, folder: MediaFolder, actor: Actor
) -> int | None:
    """Return the image that a form brings under a name; None where it brings none.

    Raises:
        PictureUnreadableError, PictureLargeError, MediaWaitingError: it cannot be used.
        OwnerCannotActError: the member is frozen or hidden.
    """
    sent = form.get(name)
    if not (isinstance(sent, UploadFile) and sent.filename):
        return None
    made, digest = folder.take(sent.file)
    with db.transaction() as tx:
        return keep_media(tx, actor=actor, now=clock.now(), picture=made, digest=digest)
