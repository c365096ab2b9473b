"""Files as a stream of rows, each with its line number; nothing is known here of what the rows mean.

Nested things are flattened with dots: `social.twitter`. Everything becomes text, as it would be in a CSV.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

import yaml

from gardefou.app.errors import FileUnreadableError

#: A field longer than this is no field; the csv module's own limit is 128 KiB.
FIELD_LIMIT = 1024 * 1024
#: A character of no language, which stands in for a carriage return while a line is read.
_RETURN = "\ue00d"
_DELIMITERS = ",;\t|"
_KINDS = {".csv": "csv", ".tsv": "csv", ".jsonl": "lines", ".ndjson": "lines", ".json": "json"} | {
    ".yaml": "yaml",
    ".yml": "yaml",
}


#: JSON and YAML are read whole before their first row is known; this many characters of them.
WHOLE_LIMIT = 128 * 1024 * 1024
#: Rows are flat or nearly so. What goes deeper is no row, and would go deeper than the machine's own stack.
DEEPEST = 16
_TOO_DEEP = f"nested more than {DEEPEST} deep"


class Row(NamedTuple):
    """One row: a tuple, since there are millions of them.

    Attributes:
        line: where it starts, counted from 1.
        columns: what the cells are called; rows of one shape share the very same tuple.
        cells: the texts, in the order of the columns.
        fault: why it cannot be read; empty when it can.
    """

    line: int
    columns: tuple[str, ...]
    cells: Sequence[str]
    fault: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Column → text."""
        return dict(zip(self.columns, self.cells, strict=True))


class Source:
    """An open file that knows how far it has been read."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            FileUnreadableError: it is not there, not ours to read, or of no known kind.
        """
        self.path = path
        suffixes = [suffix.lower() for suffix in path.suffixes]
        self._zipped = bool(suffixes) and suffixes[-1] == ".gz"
        last = suffixes[-2 if self._zipped else -1] if len(suffixes) > int(self._zipped) else ""
        if last not in _KINDS:
            raise FileUnreadableError(
                f"{path}: not a kind of file that can be imported (CSV, JSON lines, JSON, YAML, or .gz)"
            )
        self.kind = _KINDS[last]
        try:
            self._raw: BinaryIO = path.open("rb")
        except OSError as problem:
            raise FileUnreadableError(f"{path}: {problem.strerror}") from problem
        self.size = path.stat().st_size

    def close(self) -> None:
        """Close the file; whoever reads all its rows need not."""
        self._raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self.size if self._raw.closed else self._raw.tell()

    def rows(self) -> Iterator[Row]:
        """Yield the rows.

        Raises:
            FileUnreadableError: the file is not what its name says; the message names the line where it can.
        """
        reader = {"csv": _csv, "lines": _lines, "json": _json, "yaml": _yaml}[self.kind]
        unpacked = gzip.GzipFile(fileobj=self._raw) if self._zipped else self._raw
        text = io.TextIOWrapper(unpacked, encoding="utf-8-sig", newline="\n")
        try:
            yield from reader(text)
        except UnicodeDecodeError as problem:
            raise FileUnreadableError(f"{self.path}: not UTF-8 text: {problem.reason}") from problem
        except (gzip.BadGzipFile, EOFError) as problem:
            raise FileUnreadableError(f"{self.path}: not a whole gzip file: {problem}") from problem
        except _SyntaxFaultError as problem:
            raise FileUnreadableError(f"{self.path}:{problem.line}: {problem.message}") from problem
        finally:
            text.close()
            self._raw.close()


class _SyntaxFaultError(FileUnreadableError):
    """The file is broken from here on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _csv(text: TextIO) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
    first = text.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    header = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter), []))
    if not header:
        raise _SyntaxFaultError(1, "the file is empty; the first line must name the columns")
    lines = _LoneReturnsKept(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = len(header)
    line = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise _SyntaxFaultError(reader.line_num + 1, str(problem)) from problem
        if len(cells) == width:
            if lines.stood_in:
                lines.stood_in = False  # The next row's lines have not been read yet.
                cells = [_returned(cell) for cell in cells]
            yield Row(line, header, cells)
        elif cells:
            yield Row(line, (), (), f"{len(cells)} columns, expected {width}")
        line = reader.line_num + 2


class _LoneReturnsKept:
    """Lines with a stand-in for carriage returns within them, which the csv module would take for line ends."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.stood_in = False

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            if "\r" not in line:
                yield line
                continue
            ended = line.replace("\r\n", "\n")
            if "\r" in ended:
                self.stood_in = True
                ended = ended.replace("\r", _RETURN)
            yield ended


def _returned(cell: str) -> str:
    return cell if _RETURN not in cell else cell.replace(_RETURN, "\n")


def _lines(text: TextIO) -> Iterator[Row]:
    for line, written in enumerate(text, start=1):
        if not written.strip():
            continue
        try:
            thing = json.loads(written)
        except ValueError as problem:
            yield Row(line, (), (), f"not JSON: {problem}")
            continue
        except RecursionError:
            yield Row(line, (), (), _TOO_DEEP)
            continue
        yield _row(line, thing)


def _json(text: TextIO) -> Iterator[Row]:
    try:
        things = json.loads(_whole(text))
    except json.JSONDecodeError as problem:
        raise _SyntaxFaultError(problem.lineno, f"not JSON: {problem.msg}") from problem
    except ValueError as problem:  # A number of thousands of digits.
        raise _SyntaxFaultError(1, f"not JSON: {problem}") from problem
    except RecursionError as problem:
        raise _SyntaxFaultError(1, _TOO_DEEP) from problem
    if not isinstance(things, list):
        raise _SyntaxFaultError(1, "expected a list of objects")
    for number, thing in enumerate(things, start=1):
        yield _row(number, thing)


def _whole(text: TextIO) -> str:
    found = text.read(WHOLE_LIMIT + 1)
    if len(found) > WHOLE_LIMIT:
        raise _SyntaxFaultError(1, "too large for JSON or YAML, which are read whole; use JSON lines or CSV")
    return found


def _yaml(text: TextIO) -> Iterator[Row]:
    kind: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = _whole(text)
    loader = kind(whole)
    try:
        _plain_only(yaml.parse(whole, kind))
        top = loader.get_single_node()
        if not isinstance(top, yaml.SequenceNode):
            raise _SyntaxFaultError(1, "expected a list of mappings")
        for node in top.value:
            yield _yaml_row(loader, node)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise _SyntaxFaultError(line, f"not YAML: {problem.problem}") from problem
    except yaml.YAMLError as problem:
        raise _SyntaxFaultError(1, f"not YAML: {str(problem).splitlines()[0]}") from problem
    finally:
        loader.dispose()


def _plain_only(events: Iterator[Any]) -> None:
    """See that a file says what it says once: an alias makes a small file stand for a huge one.

    Raises:
        _SyntaxFaultError: it has aliases, lists in lists, or goes too deep.
    """
    opened: list[bool] = []
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _SyntaxFaultError(line, f"the alias *{event.anchor} cannot be imported; write out what it stands for")
        if isinstance(event, yaml.CollectionStartEvent):
            is_list = isinstance(event, yaml.SequenceStartEvent)
            if is_list and len(opened) > 1 and opened[-1]:
                raise _SyntaxFaultError(line, "a list in a list is no row")
            opened.append(is_list)
            if len(opened) > DEEPEST:
                raise _SyntaxFaultError(line, _TOO_DEEP)
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()


def _yaml_row(loader: Any, node: Any) -> Row:
    line = node.start_mark.line + 1
    try:
        return _row(line, loader.construct_document(node))
    except (ValueError, yaml.constructor.ConstructorError) as problem:  # A date of month 13, a key that is a list.
        return Row(line, (), (), f"not YAML: {' '.join(str(problem).split())[:200]}")


def _row(line: int, thing: object) -> Row:
    if not isinstance(thing, dict):
        return Row(line, (), (), "expected an object with named columns")
    try:
        flat = dict(_flat(thing))
        "".join(chain(flat, flat.values())).encode()
    except RecursionError:
        return Row(line, (), (), _TOO_DEEP)
    except UnicodeEncodeError:
        return Row(line, (), (), "half a character (a lone surrogate), which is no text")
    return Row(line, tuple(flat), tuple(flat.values()))


def _flat(thing: dict[Any, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        raise RecursionError
    for key, value in thing.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            yield name, " ".join(str(part) for part in value)
        else:
            yield name, "" if value is None else str(value)
