"""What can go wrong between an order and a platform."""

from gardefou.errors import BadInputError, GardefouError


class NoStandingError(GardefouError):
    """The order names no standing, so there is nothing to set."""

    code = "no_standing"


class EvidenceError(BadInputError):
    """What was pointed at as evidence is not there."""

    code = "evidence"


class DeedError(BadInputError):
    """What the order would do on the platform cannot be done."""

    code = "deed"
