"""Whatever goes wrong, a person reads one line and gets a documented exit code; never a traceback."""

import json
import re
from pathlib import Path

import pytest

from gardefou.app import cli, errors
from gardefou.app.commands import setup
from gardefou.app.errors import SettingsError, exit_code
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
