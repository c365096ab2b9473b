"""Whatever goes wrong, a person reads one line and gets a documented exit code; never a traceback."""

import json
import re
import socket
import sqlite3
from pathlib import Path

import pytest

from gardefou.app import cli, errors
from gardefou.app.commands import setup
from gardefou.app.errors import SettingsError, exit_code
from gardefou.app.people import number_typed
from gardefou.errors import BadInputError, ConflictError, CorruptionError, GardefouError


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run in a folder of our own, without the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("GARDEFOU_DATA", "GARDEFOU_PORT", "GARDEFOU_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("problem", "code"),
    [(BadInputError(), 2), (ConflictError(), 2), (SettingsError(), 3), (CorruptionError(), 1), (GardefouError(), 1)],
)
def test_each_family_of_errors_has_its_exit_code(problem: GardefouError, code: int) -> None:
    assert exit_code(problem) == code


def test_every_exit_code_is_documented() -> None:
    page = (Path(cli.__file__).parents[2] / "docs" / "howto" / "exit-codes.md").read_text("utf-8")
    documented = {int(number) for number in re.findall(r"^\| `(\d+)` ", page, re.MULTILINE)}
    assert documented == {value for name, value in vars(errors).items() if name.isupper()}


@pytest.mark.promise(20)
@pytest.mark.parametrize("arguments", [["nope"], ["import", "accounts"], ["serve", "--port", "x"], ["init", "--nope"]])
def test_what_cannot_be_understood_is_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == errors.BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("gardefou: ")


@pytest.mark.promise(20)
@pytest.mark.parametrize("arguments", [["who", "a\udcff"], ["restore", "a", "--as", "\udcff", "--json"]])
def test_bytes_that_are_no_text_are_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == errors.BAD_INPUT
    said = capsys.readouterr()
    assert said.err == "gardefou: the command line holds bytes that are not UTF-8 text\n"
    assert said.out.count("\n") == ("--json" in arguments)


@pytest.mark.parametrize("typed", [str(2**63), "9" * 20, "-1", "x", "²"])
def test_a_number_that_nothing_here_can_have_is_refused(typed: str) -> None:
    assert number_typed(f" {2**63 - 1} ") == 2**63 - 1
    with pytest.raises(BadInputError, match="is not a number"):
        number_typed(typed)


@pytest.mark.promise(20)
def test_a_broken_settings_file_is_one_line_and_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gardefou.toml").write_text("port =\n")
    assert cli.main(["init"]) == errors.CONFIGURATION
    said = capsys.readouterr().err
    assert said.startswith("gardefou: gardefou.toml: not valid TOML")
    assert said.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.promise(20)
def test_a_bug_is_one_line_that_says_where_its_story_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(setup, "found_house", broken)
    assert cli.main(["init", "--data", str(tmp_path / "d")]) == errors.BUG
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    story = Path(said.rsplit(" ", 1)[1].strip())
    assert story == tmp_path / "d" / "gardefou-bugs.log"
    assert "ZeroDivisionError" in story.read_text()


def test_machines_get_the_error_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["who", "nobody", "--json", "--data", str(tmp_path / "d")]) == errors.CONFIGURATION
    problem = json.loads(capsys.readouterr().out)["error"]
    assert problem["code"] == "schema_mismatch"
    assert "run `gardefou init` first" in problem["message"]


def test_help_needs_no_house(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == errors.OK
    assert "import" in capsys.readouterr().out


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "arguments", [["who", "--bogus"], ["who", "x", "--bogus"], ["restore", "x"], ["staff", "nope"]]
)
def test_a_mistyped_option_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == errors.BAD_INPUT
    assert one_line(capsys).startswith("gardefou: ")


@pytest.mark.promise(20)
@pytest.mark.parametrize("command", ["serve", "doctor", "init", "demo", "upgrade"])
def test_a_file_that_is_no_database_is_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gardefou.db").write_text("not a database, but a letter\n" * 100)
    port = [] if command in {"doctor", "init", "upgrade"} else ["--port", str(free_port())]
    assert cli.main([command, *port]) == errors.CONFIGURATION
    assert "file is not a database" in one_line(capsys)


@pytest.mark.promise(20)
def test_a_database_that_is_ahead_is_not_upgraded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == errors.OK
    with sqlite3.connect(tmp_path / "data" / "gardefou.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    capsys.readouterr()
    assert cli.main(["upgrade"]) == errors.CONFIGURATION
    assert "made by a newer Garde-fou" in one_line(capsys)


@pytest.mark.promise(20)
@pytest.mark.parametrize("command", ["init", "upgrade", "doctor", "demo"])
def test_tables_without_a_revision_are_left_alone(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["init"]) == errors.OK
    with sqlite3.connect(tmp_path / "data" / "gardefou.db") as database:
        database.execute("DELETE FROM alembic_version")
    database.close()
    capsys.readouterr()
    port = ["--port", str(free_port())] if command == "demo" else []
    assert cli.main([command, *port]) == errors.CONFIGURATION
    assert "holds tables but no revision of Garde-fou's" in one_line(capsys)


@pytest.mark.promise(20)
def test_a_number_of_forty_digits_is_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == errors.OK
    capsys.readouterr()
    assert cli.main(["restore", "gardefou", "--as", "9" * 40]) == errors.BAD_INPUT
    assert "nobody works here" in one_line(capsys)


@pytest.mark.promise(20)
def test_what_is_asked_wrongly_of_an_import_draws_no_bar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == errors.OK
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    for more in (["--map", "nothing=x"], []):
        capsys.readouterr()
        assert cli.main(["import", "accounts", "in.csv", *more]) == errors.BAD_INPUT
        assert one_line(capsys).startswith("gardefou: ")


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that was said on standard error."""
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    return said


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
