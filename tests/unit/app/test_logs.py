"""Nothing secret gets into a log, and a bug leaves its whole story where a person can find it."""

import io
import json
import logging
import sys
from pathlib import Path

import pytest
import structlog

from gardefou.app.logs import BUGS, BUGS_SIZE, STRUCK, set_up, strike_out, write_bug
from gardefou.app.settings import Settings


def test_secrets_are_struck_out_by_name_and_by_shape() -> None:
    event = {
        "event": "opened postgresql://me:hunter2@db/gardefou and /desk/sign-in/abc-DEF_123 and /password/abc-DEF_124",
        "password": "hunter2",
        "csrf_token": "abc",
        "order": "12",
    }
    line = strike_out(None, "info", event)
    assert "hunter2" not in str(line)
    assert "abc-DEF_12" not in str(line)
    assert line["csrf_token"] == STRUCK
    assert line["order"] == "12"


def test_a_bug_is_written_down_without_passwords(tmp_path: Path) -> None:
    path = write_bug(ValueError("postgresql://me:hunter2@db/gardefou does not answer"), tmp_path)
    text = path.read_text()
    assert path.parent == tmp_path
    assert "ValueError" in text
    assert "hunter2" not in text


def test_a_bug_is_written_elsewhere_when_the_folder_is_not_there(tmp_path: Path) -> None:
    path = write_bug(ValueError("x"), tmp_path / "nowhere")
    assert path.parent != tmp_path / "nowhere"
    assert path.exists()


def test_only_its_owner_reads_the_story_of_a_bug(tmp_path: Path) -> None:
    (tmp_path / BUGS).touch(mode=0o644)
    assert write_bug(ValueError("x"), tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / BUGS).symlink_to(elsewhere)
    assert write_bug(ValueError("x"), tmp_path) != tmp_path / BUGS
    assert not elsewhere.exists()


def test_the_stories_of_bugs_do_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / BUGS
    path.write_bytes(b"x" * BUGS_SIZE)
    write_bug(ValueError("new"), tmp_path)
    assert path.stat().st_size < 10_000
    assert {one.name for one in tmp_path.iterdir()} == {BUGS, f"{BUGS}.1"}


@pytest.mark.parametrize(
    "message",
    [
        "duplicate key\nDETAIL:  Key (email)=(Ann) already exists.",
        "clé dupliquée\nDÉTAIL : La clé « (email)=(Ann) » existe déjà.",
        'invalid input syntax for type integer: "Ann"',
        "nobody is called 'Ann'",
        "Ann@house.example is no address",
        "$argon2id$v=19$Ann does not match",
    ],
)
def test_what_a_bug_was_about_is_struck_out(tmp_path: Path, message: str) -> None:
    assert "Ann" not in write_bug(_raised(message), tmp_path).read_text()


def test_causes_are_told_and_their_values_are_not(tmp_path: Path) -> None:
    broken = RuntimeError("outer")
    broken.__cause__ = _raised("no such column \"email\" for 'Ann'")
    text = write_bug(ExceptionGroup("several", [broken]), tmp_path).read_text()
    assert "RuntimeError: outer" in text
    assert "in _raised" in text
    assert 'column "email"' in text
    assert "'Ann'" not in text


def _raised(message: str) -> Exception:
    def fail() -> None:
        raise LookupError(message)

    with pytest.raises(LookupError) as caught:
        fail()
    return caught.value


def test_a_log_that_cannot_be_written_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(Settings(log="json"))
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    structlog.get_logger("x").error("demo.worker_died")
    logging.getLogger("x").error("the same by the standard library")


def test_lines_go_to_standard_error_as_it_is_when_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(Settings(log="json"))
    log = structlog.get_logger("x")
    log.warning("before")
    monkeypatch.setattr(sys, "stderr", now := io.StringIO())
    log.warning("after")
    logging.getLogger("x").warning("and this")
    assert [json.loads(line)["event"] for line in now.getvalue().splitlines()] == ["after", "and this"]
