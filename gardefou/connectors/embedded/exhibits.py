"""What the embedded network has of reported posts, for whoever decides about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gardefou.enforcement.ports import ImageFile, ImageSeen
from gardefou.network.media_folder import ORIGINAL, PREVIEW, MediaFolder
from gardefou.network.queries import any_posts
from gardefou.network.staff.images import image_kept, images_kept, posts_of
from gardefou.network.visibility import hidden_posts
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class EmbeddedExhibits:
    """Its posts, and their images, which lie in the data folder."""

    folder: MediaFolder

    def there(self, tx: Tx, ids: Sequence[int]) -> frozenset[int]:
        """Return those of the posts that were not deleted, hidden or not."""
        return frozenset(int(row["id"]) for row in any_posts(tx, ids))

    def hidden(self, tx: Tx, ids: Sequence[int]) -> frozenset[int]:
        """Return those of the posts that an order hides."""
        return hidden_posts(tx, ids)

    def images(self, tx: Tx, ids: Sequence[int]) -> Mapping[int, Sequence[ImageSeen]]:
        """Return the images of those of the posts that have any, hidden or not, and of deleted ones while they stay."""
        found: dict[int, list[ImageSeen]] = {}
        for post_id, row in images_kept(tx, ids):
            one = ImageSeen(
                id=int(row["id"]),
                description=row["description"],
                width=int(row["preview_width"]),
                height=int(row["preview_height"]),
                kept=self.folder.has(row["digest"]),
            )
            found.setdefault(post_id, []).append(one)
        return found

    def find(self, tx: Tx, image_id: int) -> ImageFile | None:
        """Return where an image lies; None when there is none."""
        row = image_kept(tx, image_id)
        if row is None:
            return None
        return ImageFile(post_ids=posts_of(row), media_type=row["media_type"], address=row["digest"])

    def read(self, image: ImageFile, *, large: bool) -> bytes | None:
        """Return an image; None when it is not kept any more."""
        return self.folder.read(image.address, ORIGINAL if large else PREVIEW)
