"""Errors of the witness.

ConfigurationError
└── WitnessError     its folder, its key or what it is to watch cannot be used
"""

from gardefou.errors import ConfigurationError


class WitnessError(ConfigurationError):
    """The witness cannot be run like that."""

    code = "witness"
