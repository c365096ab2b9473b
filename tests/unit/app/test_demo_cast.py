"""Whom one can be in the demonstration is enough for everything that it is to show."""

from gardefou.app.demo.cast import CAST
from gardefou.staff.roles import Role


def test_two_auditors_are_there_since_two_look_somebody_up() -> None:
    assert sum(part.role is Role.AUDITOR for part in CAST) == 2
