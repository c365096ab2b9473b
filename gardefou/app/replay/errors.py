"""What can be wrong with a recorded incident."""

from gardefou.errors import BadInputError


class ScenarioError(BadInputError):
    """The recorded incident cannot be played."""

    code = "scenario"
