"""However many large images come at once, two at a time are unpacked, and what they took is given back."""

import subprocess
import sys

import pytest

#: In megabytes: two of the largest images as they are unpacked, each once more while it is made smaller; and what may
#: be left of it.
PEAK, LEFT = 800, 500

PROGRAM = """
import io, resource
from pathlib import Path
from threading import Thread
from PIL import Image
from gardefou.network.pictures import picture

out = io.BytesIO()
Image.new("RGBA", (7680, 4320), (9, 9, 9, 9)).save(out, "PNG")
many = [Thread(target=picture, args=(out.getvalue(),)) for _ in range(6)]
[one.start() for one in many]
[one.join() for one in many]
now = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, int(now.split()[1]) // 1024)
"""


@pytest.mark.promise(20)
def test_many_large_images_at_once_take_the_memory_of_two() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    peak, left = map(int, done.stdout.split())
    assert peak < PEAK
    assert left < LEFT
