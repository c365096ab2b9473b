"""One file that holds several, in the one spelling of POSIX ustar that we write, and nothing else. Pure.

Any program that opens a tar opens it. Ours takes no other: the same files give the same bytes, there is no compression
to blow up, no name that leaves a folder, no link, no owner; and a flipped bit anywhere is a difference.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from gardefou.ledger.errors import ArchiveError

BLOCK = 512
#: No archive of ours has more files than a tree of a hundred million entries has tiles.
MOST_FILES = 1_000_000
_PIECE = 1 << 20
_LARGEST = 8 * 1024**3 - 1
_NAME = re.compile(r"[a-z0-9][a-z0-9.]*(?:/[a-z0-9][a-z0-9.]*)*", re.ASCII)
_LONGEST_NAME = 99


def header(name: str, size: int) -> bytes:
    """Return the block before a file.

    Raises:
        ArchiveError: it has no name that we write, or is too large.
    """
    if not _NAME.fullmatch(name) or ".." in name or len(name) > _LONGEST_NAME:
        raise ArchiveError(f"{name[:80]!r} is no name of a file in it")
    if not 0 < size <= _LARGEST:
        raise ArchiveError(f"{name}: a file in it has between 1 and {_LARGEST} bytes")
    fields = (
        name.encode().ljust(100, b"\0"),
        b"0000644\0" + b"0000000\0" * 2,
        b"%011o\0" % size,
        b"%011o\0" % 0,
        b" " * 8,
        b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\0" * 2 + bytes(155 + 12),
    )
    block = b"".join(fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


class Writer:
    """Writes files one after the other, and remembers how long each was and what it hashes to."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin; nothing is written yet."""
        self._out = out
        self.files: list[tuple[str, int, str]] = []

    def add(self, name: str, data: bytes) -> None:
        """Write a file."""
        self._out.write(header(name, len(data)))
        self._out.write(data)
        self._end(name, len(data), sha256(data).hexdigest())

    def copy(self, name: str, source: BinaryIO, size: int) -> None:
        """Write what a file at hand holds from its beginning, which may be too long for memory."""
        self._out.write(header(name, size))
        source.seek(0)
        made, left = sha256(), size
        while left:
            piece = source.read(min(left, _PIECE))
            if not piece:
                raise ArchiveError(f"{name}: it is shorter than it was")
            made.update(piece)
            self._out.write(piece)
            left -= len(piece)
        self._end(name, size, made.hexdigest())

    def _end(self, name: str, size: int, digest: str) -> None:
        self._out.write(bytes(-size % BLOCK))
        self.files.append((name, size, digest))

    def close(self) -> None:
        """End the archive."""
        self._out.write(bytes(2 * BLOCK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file of an archive lies."""

    at: int
    size: int


class Archive:
    """An archive, its headers read, each in its one spelling; what the files hold is read when asked for."""

    def __init__(self, file: BinaryIO, *, length: int) -> None:
        """Read the headers.

        Args:
            file: the archive, which can be read at any place.
            length: how many bytes it has.

        Raises:
            ArchiveError: it is none of ours, and where.
        """
        self._file = file
        self.files: dict[str, Place] = {}
        at = 0
        while True:
            block = self._read(at, BLOCK)
            if not any(block):
                break
            name, size = _named(block, at)
            if name in self.files or len(self.files) == MOST_FILES:
                raise ArchiveError(f"{name[:80]}: it is in there twice, or there are too many files")
            self.files[name] = Place(at=at + BLOCK, size=size)
            end = at + BLOCK + size
            if any(self._read(end, -size % BLOCK)):
                raise ArchiveError(f"{name}: something stands behind its end")
            at = end + -size % BLOCK
        if self._read(at, 2 * BLOCK) != bytes(2 * BLOCK) or length != at + 2 * BLOCK:
            raise ArchiveError("it does not end where its files do")

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        found = self._file.read(size)
        if len(found) != size:
            raise ArchiveError("it is cut")
        return found

    def read(self, name: str, *, most: int) -> bytes:
        """Return what a file holds.

        Raises:
            ArchiveError: it is not there, or longer than it can be.
        """
        place = self._place(name)
        if place.size > most:
            raise ArchiveError(f"{name}: it has {place.size} bytes and can have {most} at most")
        return self._read(place.at, place.size)

    def lines(self, name: str, *, longest: int) -> Iterator[bytes]:
        """Yield the lines of a file, without their ends, however many.

        Raises:
            ArchiveError: it is not there, a line is too long, or the last one is not ended.
        """
        place, at, kept = self._place(name), 0, b""
        while at < place.size:
            piece = self._read(place.at + at, min(_PIECE, place.size - at))
            at += len(piece)
            *whole, kept = (kept + piece).split(b"\n")
            for line in whole:
                if len(line) > longest:
                    raise ArchiveError(f"{name}: a line is longer than it can be")
                yield line
            if len(kept) > longest:
                raise ArchiveError(f"{name}: a line is longer than it can be")
        if kept:
            raise ArchiveError(f"{name}: its last line is not ended")

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file."""
        place, made = self._place(name), sha256()
        for at in range(0, place.size, _PIECE):
            made.update(self._read(place.at + at, min(_PIECE, place.size - at)))
        return made.hexdigest()

    def _place(self, name: str) -> Place:
        if name not in self.files:
            raise ArchiveError(f"{name} is missing from it")
        return self.files[name]


def _named(block: bytes, at: int) -> tuple[str, int]:
    """Read a header, in its one spelling."""
    try:
        name, size = block[:100].rstrip(b"\0").decode("ascii"), int(block[124:135], 8)
        spelled = header(name, size)
    except (ValueError, ArchiveError) as problem:
        raise ArchiveError(f"what stands at byte {at} is no file of a bundle") from problem
    if spelled != block:
        raise ArchiveError(f"{name}: its header at byte {at} is not as we write it")
    return name, size


def jsonl(lines: Iterable[bytes], out: Callable[[bytes], object]) -> int:
    """Write lines, each ended; return how many bytes that were."""
    written = 0
    for line in lines:
        out(line + b"\n")
        written += len(line) + 1
    return written
