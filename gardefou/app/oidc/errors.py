"""What can be wrong between a browser, the identity provider and us.

GardefouError
├── ProviderError      it does not answer, or not as OpenID Connect wants
└── IdTokenError       what it signed is not for us, not for this round, or not signed
"""

from gardefou.errors import GardefouError


class ProviderError(GardefouError):
    """The identity provider does not answer as it should."""

    code = "provider"


class IdTokenError(GardefouError):
    """The identity provider's word could not be accepted."""

    code = "id_token"
