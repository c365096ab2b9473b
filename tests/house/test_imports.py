"""The import contracts of pyproject.toml hold, and cover every room."""

import sys
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import SUCCESS, lint_imports

from tests.house.source import PACKAGE, ROOT, floors


@pytest.mark.filterwarnings("ignore")  # The linter's own libraries warn about their futures.
def test_the_import_contracts_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    configuration.configure()
    assert lint_imports(config_filename="pyproject.toml", cache_dir=str(tmp_path)) == SUCCESS


def test_every_room_has_its_floor() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert rooms - {"__init__", "__main__"} == set(floors())
