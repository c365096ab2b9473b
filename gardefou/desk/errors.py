"""What can go wrong between a browser and the desk.

GardefouError
├── SignedOutError     nobody is signed in here
└── BadInputError
    └── FormError      a field of a form that cannot be read
"""

from gardefou.errors import BadInputError, GardefouError


class SignedOutError(GardefouError):
    """Sign in first; nothing has changed."""

    code = "signed_out"


class FormError(BadInputError):
    """A field of this form cannot be read; nothing has changed."""

    code = "form"
