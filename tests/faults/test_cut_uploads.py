"""An upload of many reports that is cut in the middle, or whose server dies: sent again, each line is there once.

The line is cut after so many bytes: in the head, in the body, and with all of it sent and the answer not yet read.
"""

import time
from random import Random

import pytest

from gardefou.app.logs import BUGS
from tests.factories.struck import Struck
from tests.factories.tallied import tally
from tests.factories.uploads import LINES, Upload

#: The server is killed so often in the middle of an upload.
KILLS = 20


@pytest.mark.promise(17)
def test_an_upload_that_was_cut_is_sent_again_and_every_line_is_there_once(struck: Struck) -> None:
    uploads = []
    for place in range(7):
        one = Upload(struck)
        whole = len(one.head) + len(one.body)
        many = (len(one.head) // 2, len(one.head), len(one.head) + 1, whole // 2, whole - 1, whole, whole)[place]
        one.cut_after(many, abruptly=place % 2 == 0)
        uploads.append((one, many == whole))
    for one, whole in uploads:
        # What never came to its end was not begun; what did may have been, and all of it or nothing is there.
        assert one.there in ((0, LINES) if whole else (0,))
        one.sent_again_is_there_once()
    with struck.opened() as db:
        assert tally(db) == []
    assert not (struck.processes.folder / BUGS).exists()


@pytest.mark.full
@pytest.mark.promise(17)
def test_an_upload_whose_server_was_killed_is_sent_again_and_every_line_is_there_once(struck: Struck) -> None:
    chance = Random(20171102)  # noqa: S311  # moments, not secrets
    for _ in range(KILLS):
        one = Upload(struck, 2_000)
        one.cut_after(len(one.head) + len(one.body))
        time.sleep(chance.uniform(0, 0.5))
        struck.processes.kill("serve")
        assert one.there in {0, one.lines}
        struck.processes.start("serve")
        one.sent_again_is_there_once()
    with struck.opened() as db:
        assert tally(db) == []
