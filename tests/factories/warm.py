"""A command of the environment, kept warm: its modules are loaded once, and each call is a child that forks from there.

`toot` takes half a second of a processor to load and `gardefou` two, and the tests call each of them a hundred times.
Run as `python warm.py NAME`, this is a process of its own that finds the command's entry point as its script in `bin`
does, and nothing else of it: every call has its own arguments, environment, folder and output, and ends as the command
itself ends. After the name come the modules that the command would load when it is called.

Each line in is a call in JSON, each line out its answer. A call that wants a terminal gets one, on which every question
is answered by the return key.
"""

import contextlib
import json
import os
import pty
import select
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, NoReturn

#: How long a command says nothing before it is taken to ask something, seconds; and after how long it hangs.
_ASKS, _HANGS = 0.05, 60


def main(name: str, *modules: str) -> None:
    """Load a command, and answer calls until there are none any more."""
    (entry,) = entry_points(group="console_scripts", name=name)
    call = entry.load()
    for module in modules:
        import_module(module)
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _at_a_terminal(call, name, asked) if asked["terminal"] else _alone(call, name, asked)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _alone(call: Callable[[], Any], name: str, asked: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong, open(os.devnull, "rb") as nothing:  # noqa: PTH123
        child = os.fork()
        if child == 0:
            _be(call, name, asked, (nothing.fileno(), said.fileno(), wrong.fileno()))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        wrong.seek(0)
        return {"code": code, "said": said.read().decode(), "wrong": wrong.read().decode()}


def _at_a_terminal(call: Callable[[], Any], name: str, asked: dict[str, Any]) -> dict[str, Any]:
    ours, theirs = pty.openpty()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.setsid()
        _be(call, name, asked, (theirs, theirs, theirs))
    os.close(theirs)
    said, silent = b"", 0.0
    while silent < _HANGS:
        if select.select([ours], [], [], _ASKS)[0]:
            silent = 0.0
            try:
                more = os.read(ours, 65536)
            except OSError:  # The other end is closed: Linux says so in this way.
                break
            if not more:
                break
            said += more
        else:
            silent += _ASKS
            with contextlib.suppress(OSError):
                os.write(ours, b"\r")
    os.close(ours)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"code": code, "said": said.decode(), "wrong": ""}


def _be(call: Callable[[], Any], name: str, asked: dict[str, Any], streams: tuple[int, int, int]) -> NoReturn:
    """Be the command, in this process, which has just forked."""
    code = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
        )
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["folder"])
        sys.argv = [name, *asked["arguments"]]
        sys.exit(call())
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # whatever it is, it is told as Python would tell it
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
