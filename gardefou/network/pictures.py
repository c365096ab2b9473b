"""An image that somebody sent, made anew: nothing of the file goes on but what can be seen.

Read are JPEG, PNG, WebP and the first picture of a GIF, by what is in the file and never by what it is called. Its size
is read before anything is unpacked, so that a small file cannot become a large memory; what is written is our own
encoding, turned the right way up, without a word about camera, place or owner.
"""

import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image, ImageOps

from gardefou.network.errors import PictureLargeError, PictureUnreadableError

#: What a client may send, in bytes, and how many points an image may have, 7680 by 4320, and on one side.
LARGEST, MOST_POINTS, LONGEST_SIDE = 10 * 1024 * 1024, 33_177_600, 16_000
#: The longer side of what is kept, and of the small one that is shown first.
SIDE, PREVIEW_SIDE = 1920, 640
#: What is read → what is written; MPO is a JPEG of which a telephone took several at once.
_WRITTEN = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_QUALITY = 88
#: An unpacked image takes up to 130 MB, and as much again while it is made smaller: two at a time, however many are
#: sent, and always by the same two threads, since each thread keeps some of the memory that it once used.
_MAKERS = ThreadPoolExecutor(2, thread_name_prefix="pictures")


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
    return _MAKERS.submit(_read, content).result()


def _read(content: bytes) -> Picture:
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
    if sent.width * sent.height > MOST_POINTS or max(sent.size) > LONGEST_SIDE:
        raise PictureLargeError
    written = _WRITTEN[str(sent.format)]
    kept = _kept(sent, _mode(sent, written))
    preview = kept.copy()
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return Picture(media_type=_TYPES[written], original=_drawn(kept, written), preview=_drawn(preview, written))


def _kept(sent: Image.Image, mode: str) -> Image.Image:
    """Return what is kept of an image, the right way up; made smaller before all else, so as to copy little."""
    plain = sent if sent.mode == mode else sent.convert(mode)
    plain.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(plain)


def _mode(image: Image.Image, written: str) -> str:
    seen_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    return "RGBA" if seen_through and written != "JPEG" else "RGB"


def _drawn(image: Image.Image, written: str) -> Drawn:
    # A fresh canvas: whatever the file said beside its points stays behind.
    canvas = Image.new(image.mode, image.size)
    canvas.paste(image)
    out = io.BytesIO()
    canvas.save(out, format=written, **({"quality": _QUALITY} if written != "PNG" else {"optimize": True}))
    return Drawn(content=out.getvalue(), width=canvas.width, height=canvas.height)
