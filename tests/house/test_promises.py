"""Promises are traceable: a number on a test means a promise of the list."""

from pathlib import Path

from scripts.promises import guards, titles

COUNT = 20


def test_the_list_holds_every_promise_once_and_in_order() -> None:
    assert list(titles()) == list(range(1, COUNT + 1))


def test_every_number_on_a_test_is_a_promise() -> None:
    marked = guards()
    assert marked
    assert [guard for guard in marked if guard.number not in titles()] == []


def test_marks_on_functions_classes_and_modules_are_all_seen(tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(
        "import pytest\npytestmark = pytest.mark.promise(9)\n"
        "@pytest.mark.promise(1)\n@pytest.mark.promise(7)\ndef test_both(): pass\n"
        "@pytest.mark.promise(99)\nclass TestMore:\n    def test_inside(self): pass\n"
        "def helper(): pass\n"
    )
    assert [(guard.number, guard.test) for guard in guards(tmp_path)] == [
        (1, "test_example.py::test_both"),
        (7, "test_example.py::test_both"),
        (9, "test_example.py::test_both"),
        (9, "test_example.py::TestMore::test_inside"),
        (99, "test_example.py::TestMore::test_inside"),
    ]
