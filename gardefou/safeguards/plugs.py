"""Every safeguard as `orders.ports` wants it: who reads its change, and who brings it about."""

from collections.abc import Mapping
from typing import Protocol

from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Changes, Effect
from gardefou.reports.offers import Follows
from gardefou.safeguards.credentials import EndCredential, EnrolCredential
from gardefou.safeguards.erasing import ErasePerson, NamedIn
from gardefou.safeguards.joining import JoinPerson
from gardefou.safeguards.offers import OfferPerson
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


def safeguards(
    prove: Prove, spell: Spell, named_in: NamedIn, follows: Follows | None = None
) -> Mapping[str, Safeguard]:
    """Return every safeguard by its kind."""
    return {
        Kind.TIER_ASSIGN.value: AssignTier(),
        Kind.ROSTER_ENTER.value: EnterRoster(),
        Kind.ROSTER_REMOVE.value: RemoveRoster(),
        Kind.PERSON_ENROL.value: EnrolPerson(),
        Kind.PERSON_ENGAGE.value: EngagePerson(),
        Kind.PERSON_NOTICE.value: NoticePerson(),
        Kind.PERSON_END.value: EndPerson(),
        Kind.PERSON_JOIN.value: JoinPerson(),
        Kind.CREDENTIAL_ENROL.value: EnrolCredential(),
        Kind.CREDENTIAL_END.value: EndCredential(),
        Kind.PERSON_SEARCH.value: SearchPerson(),
        Kind.PERSON_ERASE.value: ErasePerson(named_in),
        Kind.PERSON_OFFER.value: OfferPerson(follows),
        Kind.ROLE_GRANT.value: GrantRole(),
        Kind.ROLE_TAKE.value: TakeRole(),
        Kind.SHIFT_ADD.value: AddShift(),
        Kind.SHIFT_REMOVE.value: RemoveShift(),
        Kind.ROTA_ENTER.value: EnterRota(),
        Kind.RULEBOOK_REPLACE.value: ReplaceRulebook(prove),
        Kind.SETTING_CHANGE.value: ChangeSetting(spell),
        Kind.TOKEN_ISSUE.value: IssueToken(),
        Kind.TOKEN_END.value: EndToken(),
    }
