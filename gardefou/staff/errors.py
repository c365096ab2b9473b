"""What can be wrong with what is said about a person.

BadInputError
├── PersonError              a name, an address or an interval that cannot be kept
├── LinkError                a sign-in link that no longer opens anything
├── BadAssertionError        what a passkey said is not what was asked, or not from this key
├── CredentialError          a passkey that cannot be enrolled
├── RoundOverError           a round to the identity provider that this browser did not begin, or that is over
├── UnknownSessionError      (NotFoundError) no such session of one's own
├── SessionOverError         (ConflictError) a session that is over meanwhile
├── TokenSaidError           a token that cannot be issued as it is said
├── UnknownTokenError        (NotFoundError) no such token
├── TokenCollectedError      (ConflictError) its secret was handed out before
├── UnknownPersonError       (NotFoundError)
├── NotEngagedError          (ConflictError) nothing binds this person now
├── NameTakenError           (ConflictError)
├── EmailTakenError          (ConflictError)
└── EngagementOverlapError   (ConflictError)
"""

from gardefou.errors import BadInputError, ConflictError, NotFoundError


class PersonError(BadInputError):
    """What is said about this person cannot be kept."""

    code = "person"


class LinkError(BadInputError):
    """This link has been used or has expired."""

    code = "link"


class BadAssertionError(BadInputError):
    """What the passkey said could not be accepted."""

    code = "bad_assertion"

    def __init__(self, why: str, message: str = "") -> None:
        super().__init__(message or None, why=why)
        self.why = why


class CredentialError(BadInputError):
    """This passkey cannot be enrolled."""

    code = "credential"


class UnknownCredentialError(NotFoundError):
    """There is no such credential."""

    code = "unknown_credential"


class RoundOverError(BadInputError):
    """This browser did not begin this sign-in, or it is over."""

    code = "round_over"


class UnknownSessionError(NotFoundError):
    """You have no such session."""

    code = "unknown_session"


class SessionOverError(ConflictError):
    """This session is over. Sign in again."""

    code = "session_over"


class TokenSaidError(BadInputError):
    """A token cannot be issued as this says."""

    code = "token"


class UnknownTokenError(NotFoundError):
    """There is no such token."""

    code = "unknown_token"


class TokenCollectedError(ConflictError):
    """This token was collected before."""

    code = "token_collected"


class UnknownPersonError(NotFoundError):
    """Nobody works here by that number."""

    code = "unknown_person"


class NotEngagedError(ConflictError):
    """No engagement binds this person now."""

    code = "not_engaged"


class NameTakenError(ConflictError):
    """Somebody here already goes by that name."""

    code = "name_taken"


class EmailTakenError(ConflictError):
    """Somebody here already has that address; one human is one person here."""

    code = "email_taken"


class EngagementOverlapError(ConflictError):
    """This person is already engaged in that time."""

    code = "engagement_overlap"
