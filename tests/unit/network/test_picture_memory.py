"""However many large images come at once, two at a time are unpacked, and what they took is given back."""

import subprocess
import sys

import pytest

#: In megabytes: two of the largest images as they are unpacked, each once more while it is made smaller; and what may
#: be left of it.
PEAK, LEFT = 850, 500

PROGRAM = """
import struct, zlib
from pathlib import Path
from threading import Thread
from gardefou.network.pictures import picture

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

packed, row = zlib.compressobj(), bytes(1 + 4 * 7680)
lines = b"".join(packed.compress(row) for _ in range(4320)) + packed.flush()
head = chunk(b"IHDR", struct.pack(">IIBBBBB", 7680, 4320, 8, 6, 0, 0, 0))
png = b"\\x89PNG\\r\\n\\x1a\\n" + head + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
many = [Thread(target=picture, args=(png,)) for _ in range(6)]
[one.start() for one in many]
[one.join() for one in many]
said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(*(int(said[name].split()[0]) // 1024 for name in ("VmHWM", "VmRSS")))
"""


@pytest.mark.promise(20)
def test_many_large_images_at_once_take_the_memory_of_two() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    peak, left = map(int, done.stdout.split())
    assert peak < PEAK
    assert left < LEFT
