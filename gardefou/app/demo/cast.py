"""Who works here, in the demo. Names are roles and numbers, as colleagues read them."""

from dataclasses import dataclass

from gardefou.staff.roles import Role

OPERATOR = "Network Inc."
AGENCY = "Contract Staffing Ltd"
NORTH, SOUTH = "North", "South"

#: Days served by most; more than any rule asks.
SEASONED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One person of the demo.

    Attributes:
        name: what colleagues read.
        role: their role.
        team: their team.
        locale: the language they read.
        employer: who pays them.
        served: days since they began.
        last_day: their engagement ends within the day.
        on_shift: whether they are on duty now.
        rota_days: for how many days after today the first rota has them.
        note: why they are in the demo, as a key of the demo page.
    """

    name: str
    role: Role
    team: str
    locale: str = "en"
    employer: str = OPERATOR
    served: int = SEASONED
    last_day: bool = False
    on_shift: bool = True
    rota_days: int = 14
    note: str = ""

    @property
    def email(self) -> str:
        """Where their notices go: nowhere but the demo's own mail catcher."""
        return self.name.lower().replace(" ", ".") + "@staff.example"


CONTRACTOR = "Agent 31"
#: Without this one, nobody could sign for a critical account: the others of that role are of the reviewers' team.
THIN_MANAGER = "Duty manager 2"
CAST: tuple[Part, ...] = (
    Part(name=CONTRACTOR, role=Role.AGENT, team=NORTH, employer=AGENCY, served=287, last_day=True, note="last day"),
    # Has room, so that a rota can be tried: the example of docs/howto/keep-a-rota.md is theirs and Agent 24's.
    Part(name="Agent 18", role=Role.AGENT, team=NORTH, rota_days=2),
    Part(name="Agent 22", role=Role.AGENT, team=SOUTH, locale="fr"),
    Part(name="Agent 24", role=Role.AGENT, team=SOUTH, on_shift=False, note="off shift"),
    Part(name="Reviewer 12", role=Role.REVIEWER, team=NORTH),
    Part(name="Reviewer 7", role=Role.REVIEWER, team=NORTH),
    Part(name="Reviewer 3", role=Role.REVIEWER, team=SOUTH, locale="fr"),
    Part(name="Reviewer 9", role=Role.REVIEWER, team=SOUTH, served=6, note="new"),
    Part(name=THIN_MANAGER, role=Role.DUTY_MANAGER, team=SOUTH),
    Part(name="Duty manager 4", role=Role.DUTY_MANAGER, team=NORTH, locale="fr"),
    Part(name="Auditor 1", role=Role.AUDITOR, team=SOUTH),
    Part(name="Administrator 1", role=Role.ADMINISTRATOR, team=NORTH),
    # Two auditors look up what one person did; so there are two to be.
    Part(name="Auditor 2", role=Role.AUDITOR, team=NORTH),
)
