"""What can go wrong between a browser and the desk.

GardefouError
├── SignedOutError     nobody is signed in here
├── KeptOnlyError      whose engagement has run out, and who may only restore
├── ImageGoneError     (NotFoundError) an image that is not kept, or not of this case
└── BadInputError
    ├── NotYoursError  it is for somebody else to read
    └── FormError      a field of a form that cannot be read
"""

from gardefou.errors import BadInputError, GardefouError, NotFoundError


class SignedOutError(GardefouError):
    """Sign in first; nothing has changed."""

    code = "signed_out"


class KeptOnlyError(GardefouError):
    """Your engagement has run out: you may bring something back, and nothing else; nothing has changed."""

    code = "kept_only"


class ImageGoneError(NotFoundError):
    """This image is no longer kept, or it is not of this case."""

    code = "image_gone"


class NotYoursError(BadInputError):
    """This is not yours to read."""

    code = "not_yours"


class FormError(BadInputError):
    """A field of this form cannot be read; nothing has changed."""

    code = "form"
