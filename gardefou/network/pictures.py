"""An image that somebody sent, made anew: nothing of the file goes on but what can be seen.

Read are JPEG, PNG, WebP and the first picture of a GIF, by what is in the file and never by what it is called. Its size
is read before anything is unpacked, so that a small file cannot become a large memory; what is written is our own
encoding, turned the right way up, without a word about camera, place or owner.
"""

import io
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from gardefou.network.errors import PictureLargeError, PictureUnreadableError

#: What a client may send, in bytes, and how many points an image may have: 7680 by 4320.
LARGEST, MOST_POINTS = 10 * 1024 * 1024, 33_177_600
#: The longer side of what is kept, and of the small one that is shown first.
SIDE, PREVIEW_SIDE = 1920, 640
#: What is read → what is written; MPO is a JPEG of which a telephone took several at once.
_WRITTEN = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_QUALITY = 88
#: An unpacked image takes up to 130 MB: two at a time, however many are sent.
_PLACES = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One image as it is kept."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image in both of its sizes."""

    media_type: str
    original: Drawn
    preview: Drawn


def picture(content: bytes) -> Picture:
    """Make an image anew.

    Raises:
        PictureLargeError: it has too many bytes or too many points.
        PictureUnreadableError: it is no image of a kind that is taken, or it is broken.
    """
    if len(content) > LARGEST:
        raise PictureLargeError
    with _PLACES:
        try:
            return _made(content)
        except PictureLargeError:
            raise
        # Decoders meet whatever anybody thought of: each way in which they give up is the same answer.
        except Exception as problem:
            raise PictureUnreadableError from problem


def _made(content: bytes) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sent = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF"))
    if sent.width * sent.height > MOST_POINTS:
        raise PictureLargeError
    written = _WRITTEN[str(sent.format)]
    turned = ImageOps.exif_transpose(sent)
    plain = turned.convert(_mode(turned, written))
    original = _drawn(plain, SIDE, written)
    return Picture(media_type=_TYPES[written], original=original, preview=_drawn(plain, PREVIEW_SIDE, written))


def _mode(image: Image.Image, written: str) -> str:
    seen_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    return "RGBA" if seen_through and written != "JPEG" else "RGB"


def _drawn(image: Image.Image, side: int, written: str) -> Drawn:
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    # A fresh canvas: whatever the file said beside its points stays behind.
    canvas = Image.new(smaller.mode, smaller.size)
    canvas.paste(smaller)
    out = io.BytesIO()
    canvas.save(out, format=written, **({"quality": _QUALITY} if written != "PNG" else {"optimize": True}))
    return Drawn(content=out.getvalue(), width=canvas.width, height=canvas.height)
