"""What can be wrong with what is said about an account.

BadInputError
├── AccountError             a handle, a counter or a tier that cannot be kept
├── UnknownAccountError      (NotFoundError)
├── HandleTakenError         (ConflictError)
├── OpenOrdersError          (ConflictError) no rename while an order is open
└── LoweringError            (ConflictError) protection falls only by an order
"""

from gardefou.errors import BadInputError, ConflictError, NotFoundError


class AccountError(BadInputError):
    """What is said about this account cannot be kept."""

    code = "account"


class UnknownAccountError(NotFoundError):
    """There is no account by that number."""

    code = "unknown_account"


class HandleTakenError(ConflictError):
    """Another account goes by that handle."""

    code = "handle_taken"


class OpenOrdersError(ConflictError):
    """An account cannot be renamed while an order on it is open."""

    code = "open_orders"


class LoweringError(ConflictError):
    """Protection falls only by an order."""

    code = "lowering"
