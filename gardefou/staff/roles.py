"""The roles a person can hold."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be asked to do. Values are stored and digested: never change one."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    DUTY_MANAGER = "duty manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
