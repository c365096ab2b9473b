"""Where the bytes of images lie: in the data folder, each under its own SHA-256, never under a name from outside.

A file is whole or not there: it is written beside its place, forced to the disk and moved.
"""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from gardefou.network.pictures import LARGEST, Picture, picture

_DIGEST = re.compile(r"[0-9a-f]{64}")
ORIGINAL, PREVIEW = "original", "preview"


class MediaFolder:
    """The images as files."""

    def __init__(self, path: Path) -> None:
        """Name it; nothing is made before something is written."""
        self.path = path

    def keep(self, original: bytes, preview: bytes) -> str:
        """Keep an image in both sizes, and return the digest of the large one, under which they lie."""
        digest = hashlib.sha256(original).hexdigest()
        for which, content in ((PREVIEW, preview), (ORIGINAL, original)):
            self._write(self._place(digest, which), content)
        return digest

    def take(self, sent: IO[bytes]) -> tuple[Picture, str]:
        """Make an image anew from what was sent, keep it, and return it with its digest.

        Raises:
            PictureUnreadableError, PictureLargeError: it is no image that can be used.
        """
        made = picture(sent.read(LARGEST + 1))
        return made, self.keep(made.original.content, made.preview.content)

    def read(self, digest: str, which: str) -> bytes | None:
        """Return one size of an image; None when it is not there."""
        with suppress(FileNotFoundError):
            return self._place(digest, which).read_bytes()
        return None

    def has(self, digest: str) -> bool:
        """Return whether an image is there, in both sizes."""
        return all(self._place(digest, which).is_file() for which in (ORIGINAL, PREVIEW))

    def drop(self, digest: str) -> None:
        """Delete an image; one that is gone stays gone."""
        for which in (ORIGINAL, PREVIEW):
            self._place(digest, which).unlink(missing_ok=True)

    def _place(self, digest: str, which: str) -> Path:
        """Return where one size lies.

        Raises:
            ValueError: that is no digest of ours, or there is no such size.
        """
        if _DIGEST.fullmatch(digest) is None or which not in {ORIGINAL, PREVIEW}:
            raise ValueError("an image lies under its digest, in two sizes")
        return self.path / digest[:2] / (digest if which == ORIGINAL else f"{digest}.{PREVIEW}")

    def _write(self, place: Path, content: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, prefix=".", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place)
        descriptor = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
