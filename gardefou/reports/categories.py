"""What a report can be about."""

from enum import StrEnum


class Category(StrEnum):
    """The kinds of complaint. Values are stored: never change one."""

    THREATS = "threats"
    SELF_HARM = "self-harm"
    CHILD_ABUSE = "child abuse"
    TERRORISM = "terrorism"
    HATE = "hate"
    HARASSMENT = "harassment"
    IMPERSONATION = "impersonation"
    MISLEADING = "misleading"
    FRAUD = "fraud"
    SPAM = "spam"
    ILLEGAL = "illegal"
    OTHER = "other"


#: The graver, the sooner: hours until a first decision is due.
DUE_HOURS: dict[Category, int] = {
    Category.THREATS: 1,
    Category.SELF_HARM: 1,
    Category.CHILD_ABUSE: 1,
    Category.TERRORISM: 1,
    Category.HATE: 12,
    Category.HARASSMENT: 12,
    Category.IMPERSONATION: 12,
    Category.ILLEGAL: 12,
    Category.MISLEADING: 24,
    Category.FRAUD: 24,
    Category.SPAM: 24,
    Category.OTHER: 24,
}

#: 0 is gravest; sorts the queue and picks a case's leading category.
SEVERITY: dict[Category, int] = {category: place for place, category in enumerate(Category)}
