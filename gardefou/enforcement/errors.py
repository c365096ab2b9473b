"""What can go wrong between an order and a platform."""

from gardefou.errors import GardefouError


class NoStandingError(GardefouError):
    """The order names no standing, so there is nothing to set."""

    code = "no_standing"
