"""The guard's own errors. A refusal is not among them: it is a verdict.

    BadInputError
    ├── RulebookError       names the key and says why
    └── VerdictFormError    a written verdict that cannot be read back
    GardefouError
    ├── MissingFactError    the caller left out a fact, or gave it the wrong type
    ├── VerdictTruthError   somebody asked a verdict whether it is true
    └── ProverError         two ways of proving the same do not agree

The first two are for whoever wrote the thing; the others are our own mistakes.
"""

from gardefou.errors import BadInputError, GardefouError


class RulebookError(BadInputError):
    """The rulebook cannot be used."""

    code = "rulebook"

    def __init__(self, key: str, why: str) -> None:
        """Name the key and say what is wrong with it."""
        super().__init__(f"rulebook: {key}: {why}", key=key, why=why)


class VerdictFormError(BadInputError):
    """This is not a verdict as we write them."""

    code = "verdict_form"


class MissingFactError(GardefouError):
    """The guard was asked without a fact that it needs."""

    code = "missing_fact"


class VerdictTruthError(GardefouError):
    """A verdict is neither true nor false: match on its kind."""

    code = "verdict_truth"


class ProverError(GardefouError):
    """The prover contradicts itself, so that nothing is proved."""

    code = "prover"
