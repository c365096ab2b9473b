"""Every safeguard as `orders.ports` wants it: who reads its change, and who brings it about."""

from collections.abc import Mapping
from typing import Protocol

from gardefou.orders.kinds import SHAPES, Kind
from gardefou.orders.ports import Changes, Effect
from gardefou.safeguards.credentials import EndCredential, EnrolCredential
from gardefou.safeguards.erasing import ErasePerson, NamedIn, NotErased
from gardefou.safeguards.joining import JoinPerson
from gardefou.safeguards.people import EndPerson, EngagePerson, EnrolPerson, NoticePerson
from gardefou.safeguards.roles import GrantRole, TakeRole
from gardefou.safeguards.rosters import EnterRoster, RemoveRoster
from gardefou.safeguards.rota import EnterRota
from gardefou.safeguards.rules import Prove, ReplaceRulebook
from gardefou.safeguards.searches import SearchPerson
from gardefou.safeguards.settings import ChangeSetting, Spell
from gardefou.safeguards.shifts import AddShift, RemoveShift
from gardefou.safeguards.tiers import AssignTier
from gardefou.safeguards.tokens import EndToken, IssueToken


class Safeguard(Changes, Effect, Protocol):
    """Reads what its orders would change, and changes it."""


def safeguards(prove: Prove, spell: Spell, named_in: NamedIn) -> Mapping[str, Safeguard]:
    """Return every safeguard by its kind; but for being erased, nothing is asked of somebody who was."""
    return {
        kind.value: NotErased(one) if SHAPES[kind].subject_kind == "person" and kind is not Kind.PERSON_ERASE else one
        for kind, one in _every(prove, spell, named_in).items()
    }


def _every(prove: Prove, spell: Spell, named_in: NamedIn) -> Mapping[Kind, Safeguard]:
    return {
        Kind.TIER_ASSIGN: AssignTier(),
        Kind.ROSTER_ENTER: EnterRoster(),
        Kind.ROSTER_REMOVE: RemoveRoster(),
        Kind.PERSON_ENROL: EnrolPerson(),
        Kind.PERSON_ENGAGE: EngagePerson(),
        Kind.PERSON_NOTICE: NoticePerson(),
        Kind.PERSON_END: EndPerson(),
        Kind.PERSON_JOIN: JoinPerson(),
        Kind.CREDENTIAL_ENROL: EnrolCredential(),
        Kind.CREDENTIAL_END: EndCredential(),
        Kind.PERSON_SEARCH: SearchPerson(),
        Kind.PERSON_ERASE: ErasePerson(named_in),
        Kind.ROLE_GRANT: GrantRole(),
        Kind.ROLE_TAKE: TakeRole(),
        Kind.SHIFT_ADD: AddShift(),
        Kind.SHIFT_REMOVE: RemoveShift(),
        Kind.ROTA_ENTER: EnterRota(),
        Kind.RULEBOOK_REPLACE: ReplaceRulebook(prove),
        Kind.SETTING_CHANGE: ChangeSetting(spell),
        Kind.TOKEN_ISSUE: IssueToken(),
        Kind.TOKEN_END: EndToken(),
    }
