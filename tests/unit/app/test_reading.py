"""Files become rows with line numbers; what cannot be read is said with its line, and loses nothing else."""

import gzip
from pathlib import Path

import pytest

from gardefou.app.errors import FileUnreadableError
from gardefou.app.imports import reading
from gardefou.app.imports.columns import Column, RowError, address, choose, count, instant, parse_map
from gardefou.app.imports.reading import Row, Source
from gardefou.clock import from_iso
from gardefou.errors import BadInputError


def seen(rows: list[Row]) -> list[tuple[int, dict[str, str], str]]:
    """Return what a reader makes of each row."""
    return [(row.line, row.values, row.fault) for row in rows]


def rows_of(path: Path, text: str) -> list[Row]:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return list(Source(path).rows())


def test_a_csv_keeps_quotes_line_breaks_and_lone_carriage_returns(tmp_path: Path) -> None:
    """The real posts have carriage returns inside unquoted fields."""
    text = 'id;text\r\n1;"a;b\nc"\r\n2;one\rtwo\r\n'
    assert seen(rows_of(tmp_path / "x.csv", text)) == [
        (2, {"id": "1", "text": "a;b\nc"}, ""),
        (4, {"id": "2", "text": "one\ntwo"}, ""),
    ]


@pytest.mark.promise(20)
def test_a_row_with_the_wrong_columns_is_rejected_alone(tmp_path: Path) -> None:
    found = rows_of(tmp_path / "x.csv", "a,b\n1,2\n3\n4,5\n")
    assert [row.fault for row in found] == ["", "1 columns, expected 2", ""]
    assert [row.line for row in found] == [2, 3, 4]


def test_json_lines_and_yaml_are_flattened_with_dots(tmp_path: Path) -> None:
    assert seen(rows_of(tmp_path / "x.jsonl.gz", '{"id": {"a": 1}, "t": null}\n\n[1]\n')) == [
        (1, {"id.a": "1", "t": ""}, ""),
        (3, {}, "expected an object with named columns"),
    ]
    yaml = "# comment\n- social:\n    twitter: RepX\n- social:\n    twitter: RepY\n"
    assert seen(rows_of(tmp_path / "x.yaml", yaml)) == [
        (2, {"social.twitter": "RepX"}, ""),
        (4, {"social.twitter": "RepY"}, ""),
    ]


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.txt", b"", "not a kind of file that can be imported"),
        ("x.csv", b"", "x.csv:1: the file is empty"),
        ("x.csv", b"a,b\n\xff\xfe,1\n", "not UTF-8 text"),
        ("x.csv.gz", b"plain", "not a whole gzip file"),
        ("x.yaml", b"- a: [1\n- b", "not YAML"),
        ("x.yaml", b"a: 1", "expected a list of mappings"),
        ("x.json", b"[1,", "not JSON"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileUnreadableError) as caught:
        list(Source(path).rows())
    assert said in caught.value.message
    assert str(path) in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match=r"nowhere\.csv: No such file"):
        Source(tmp_path / "nowhere.csv")


COLUMNS = (Column(name="handle", guesses=("twitter",), needed=True), Column(name="posts", guesses=("tweets",)))


def test_columns_are_guessed_and_what_was_said_wins() -> None:
    present = ["Twitter", "tweets", "nick"]
    assert choose(COLUMNS, {}, present, where="f") == {"handle": "Twitter", "posts": "tweets"}
    assert choose(COLUMNS, {"handle": "nick"}, present, where="f")["handle"] == "nick"


@pytest.mark.promise(20)
def test_a_missing_column_is_named_with_what_there_is() -> None:
    with pytest.raises(
        FileUnreadableError, match=r"f: no column for 'handle'; the file has tweets; .*--map handle=THEIRS"
    ):
        choose(COLUMNS, {}, ["tweets"], where="f")
    with pytest.raises(FileUnreadableError, match="no column 'nick'"):
        choose(COLUMNS, {"handle": "nick"}, ["twitter"], where="f")


@pytest.mark.parametrize("pair", ["handle", "handle=", "nothing=x"])
def test_a_map_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(BadInputError, match="--map"):
        parse_map([pair], COLUMNS)


def test_fields_are_read_or_refused_in_words() -> None:
    assert count({"n": "41,700,000"}, "n") == 41_700_000
    assert count({}, "n") == 0
    assert instant({"at": "2017-11-02T22:35:43"}, "at") == from_iso("2017-11-02T22:35:43Z")
    for value in ("-1", "many", "1e999", "9" * 30):
        with pytest.raises(RowError, match="n: "):
            count({"n": value}, "n")
    with pytest.raises(RowError, match="at: 'yesterday' is not a date and time"):
        instant({"at": "yesterday"}, "at")


@pytest.mark.promise(20)
def test_a_lone_surrogate_loses_its_own_row_only(tmp_path: Path) -> None:
    found = rows_of(tmp_path / "x.jsonl", '{"a": "1"}\n{"a": "\\ud800"}\n{"\\udfff": "2"}\n{"a": "\\ud83d\\ude00"}\n')
    assert [bool(row.fault) for row in found] == [False, True, True, False]
    assert "surrogate" in found[1].fault


@pytest.mark.promise(20)
def test_a_hundred_thousand_brackets_are_a_fault_in_words(tmp_path: Path) -> None:
    deep = "[" * 100_000
    found = rows_of(tmp_path / "x.jsonl", f'{deep}\n{{"a": {deep}{"]" * 100_000}}}\n{{"a": "1"}}\n')
    assert [row.fault for row in found] == ["nested more than 16 deep"] * 2 + [""]
    for name in ("x.json", "x.yaml"):
        with pytest.raises(FileUnreadableError, match=r"nested more than 16 deep|a list in a list"):
            rows_of(tmp_path / name, deep)
    objects = '{"a": ' * 50 + "1" + "}" * 50
    assert [row.fault for row in rows_of(tmp_path / "x.json", f"[{objects}]")] == ["nested more than 16 deep"]


@pytest.mark.promise(20)
def test_a_small_yaml_file_cannot_stand_for_a_huge_one(tmp_path: Path) -> None:
    lines = ["- a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(FileUnreadableError, match=r"x\.yaml:2: the alias \*a0 cannot be imported"):
        rows_of(tmp_path / "x.yaml", "\n".join(lines))
    with pytest.raises(FileUnreadableError, match=r"x\.yaml:2: a list in a list"):
        rows_of(tmp_path / "x.yaml", "- a: 1\n- a: [1, [2]]\n")
    assert seen(rows_of(tmp_path / "x.yaml", "- a: &kept [1, 2]\n")) == [(1, {"a": "1 2"}, "")]


@pytest.mark.promise(20)
def test_what_is_read_whole_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WHOLE_LIMIT", 1_000)
    for name in ("x.json.gz", "x.yaml.gz"):
        with pytest.raises(FileUnreadableError, match="too large for JSON or YAML"):
            rows_of(tmp_path / name, "[" + " " * 1_000 + "]")


@pytest.mark.promise(20)
def test_values_that_are_none_lose_their_row_and_not_the_file(tmp_path: Path) -> None:
    found = rows_of(tmp_path / "x.yaml", "- a: 2017-13-45\n- a: ok\n- {[1]: 2}\n")
    assert [bool(row.fault) for row in found] == [True, False, True]
    with pytest.raises(FileUnreadableError, match="not YAML"):
        rows_of(tmp_path / "x.yaml", "- a: \x00\n")
    with pytest.raises(FileUnreadableError, match="not JSON"):
        rows_of(tmp_path / "x.json", f'[{{"a": {"9" * 5_000}}}]')


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "value", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1899-12-31", "3000-01-01"]
)
def test_an_instant_too_far_away_is_a_slip(value: str) -> None:
    with pytest.raises(RowError, match="at: "):
        instant({"at": value}, "at")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "value", ["a@b.example\nBcc: c@d.example", "a@b.example,c@d.example", "a b@c.example", "a", "a@b"]
)
def test_an_address_is_one_address(value: str) -> None:
    assert address({"email": " A@b.example "}, "email") == "a@b.example"
    with pytest.raises(RowError, match="not an e-mail address"):
        address({"email": value}, "email")
