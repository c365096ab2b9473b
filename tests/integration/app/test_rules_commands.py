"""`gardefou prove` and `gardefou rules`, as whoever writes a rulebook meets them."""

import json
from pathlib import Path

import pytest

from gardefou.app import cli, errors
from tests.factories.guard import SHIPPED, SHIPPED_TEXT
from tests.factories.rulebooks import DULL, rule

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in a folder of our own, in English."""
    monkeypatch.chdir(tmp_path)
    for name in ("GARDEFOU_DATA", "GARDEFOU_DATABASE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    (tmp_path / "shipped.toml").write_text(SHIPPED_TEXT, "utf-8")
    (tmp_path / "weaker.toml").write_text(SHIPPED_TEXT.replace('hold = "10 min"', 'hold = "9 min"'), "utf-8")
    (tmp_path / "open.toml").write_text(DULL + rule("lower", "tier.assign", "weakens"), "utf-8")
    (tmp_path / "odd.toml").write_text(DULL + rule("odd", "account.freeze", "false"), "utf-8")


def answer(said: Said, *arguments: str) -> dict[str, object]:
    """Run with --json and return what was said."""
    cli.main([*arguments, "--json"])
    found = json.loads(said.readouterr().out)
    assert isinstance(found, dict)
    return found


@pytest.mark.promise(11)
def test_a_proof_is_printed_with_all_it_rests_on(capsys: Said) -> None:
    assert cli.main(["prove", "shipped.toml"]) == errors.OK
    said = capsys.readouterr().out
    assert said.startswith("Proved for 1 person, with any number of logins: shipped (shipped.toml).")
    assert SHIPPED.digest.hex() in said
    assert "One human is one record" in said
    assert "silence a protected account: 2 people" in said
    thing = answer(capsys, "prove", "shipped.toml")
    assert (thing["proved"], thing["humans"], thing["smallest"]) == (True, 1, {"silence": 2, "rules": 3, "rights": 2})


@pytest.mark.promise(1)
def test_a_way_in_is_a_numbered_story_and_exit_code_1(capsys: Said) -> None:
    assert cli.main(["prove", "shipped.toml", "--humans", "2"]) == errors.FINDING
    assert "1. A (reviewer) proposes hiding a notable account" in capsys.readouterr().out
    assert cli.main(["prove", "open.toml"]) == errors.FINDING
    said = capsys.readouterr().out
    assert "Not proved: 1 person is enough." in said
    assert "1. Assigning a tier to a" in said
    assert "Hiding the same account takes more." in said
    thing = answer(capsys, "prove", "open.toml")
    assert (thing["proved"], thing["claim"]) == (False, "lower")


@pytest.mark.promise(20)
def test_what_is_no_rulebook_is_one_line_and_exit_code_2(capsys: Said) -> None:
    for arguments in (["prove", "odd.toml"], ["rules", "check", "odd.toml"], ["rules", "show", "nowhere.toml"]):
        assert cli.main(arguments) == errors.BAD_INPUT
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
    assert "nowhere.toml cannot be read: there is no such file" in said.err
    Path("bare.toml").write_text('name = "bare"\n')
    assert cli.main(["prove", "bare.toml"]) == errors.BAD_INPUT
    assert capsys.readouterr().err.startswith("gardefou: bare.toml: rulebook: ")


@pytest.mark.promise(11)
def test_what_needs_less_is_listed_and_exit_code_1(capsys: Said) -> None:
    assert cli.main(["prove", "weaker.toml", "--against", "shipped.toml"]) == errors.FINDING
    assert "waited 10 min, now 9 min" in capsys.readouterr().out
    assert cli.main(["prove", "shipped.toml", "--against", "weaker.toml"]) == errors.OK
    assert "Nothing needs less under shipped.toml." in capsys.readouterr().out


def test_two_rulebooks_are_compared_in_words(capsys: Said) -> None:
    assert cli.main(["rules", "diff", "weaker.toml", "shipped.toml"]) == errors.OK
    said = capsys.readouterr().out
    assert "Nothing needs less under shipped.toml." in said
    assert "waited 9 min, now 10 min" in said
    thing = answer(capsys, "rules", "diff", "shipped.toml", "weaker.toml")
    assert thing["less"]
    assert thing["more"] == []


def test_a_rulebook_is_checked_and_shown(capsys: Said) -> None:
    assert cli.main(["rules", "check", "shipped.toml"]) == errors.OK
    assert f"{len(SHIPPED.rules)} rules, each of which can apply and be met" in capsys.readouterr().out
    assert cli.main(["rules", "show", "shipped.toml"]) == errors.OK
    said = capsys.readouterr().out
    assert all(rule.id in said for rule in SHIPPED.rules)
    shown = answer(capsys, "rules", "show", "shipped.toml")["rules"]
    assert isinstance(shown, list)
    (critical,) = [row for row in shown if row["rule"] == "silence-critical"]
    assert critical["approve"] == "1 × a reviewer\n1 × a duty manager of another team"
    assert (critical["propose"], critical["hold"], critical["clocks"]) == ("a reviewer", "10 min", "2 h / 30 min")


def test_without_a_file_the_rulebook_in_force_is_proved(capsys: Said) -> None:
    assert cli.main(["init", "--data", "house"]) == errors.OK
    capsys.readouterr()
    assert answer(capsys, "prove", "--data", "house")["rulebook"] == SHIPPED.digest.hex()
    assert answer(capsys, "rules", "show", "--data", "house")["name"] == "shipped"
