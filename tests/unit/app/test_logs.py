"""Nothing secret gets into a log, and a bug leaves its whole story where a person can find it."""

from pathlib import Path

from gardefou.app.logs import STRUCK, strike_out, write_bug


def test_secrets_are_struck_out_by_name_and_by_shape() -> None:
    event = {
        "event": "opened postgresql://me:hunter2@db/gardefou and /desk/sign-in/abc-DEF_123",
        "password": "hunter2",
        "csrf_token": "abc",
        "order": "12",
    }
    line = strike_out(None, "info", event)
    assert "hunter2" not in str(line)
    assert "abc-DEF_123" not in str(line)
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
