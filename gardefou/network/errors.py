"""What a member can get wrong. Each names the field it is about, so that the form can say it in place."""

from typing import ClassVar

from gardefou.errors import BadInputError, ConflictError, GardefouError, NotFoundError


class NoSuchPageError(NotFoundError):
    """Sorry, that page doesn't exist!"""

    code = "no_such_page"


class StrangerError(GardefouError):
    """Sign in first; nothing has changed."""

    code = "stranger"


class OwnerCannotActError(ConflictError):
    """The owner of this account cannot act at present."""

    code = "owner_cannot_act"


class FieldError(BadInputError):
    """A field cannot be used as it stands."""

    code = "field"
    field: ClassVar[str] = ""


class HandleMalformedError(FieldError):
    """A handle is 1 to 30 letters a to z, digits and underscores."""

    code = "handle_malformed"
    field = "handle"


class HandleTakenError(FieldError):
    """This handle is taken; choose another."""

    code = "handle_taken"
    field = "handle"


class DisplayNameTooLongError(FieldError):
    """A name has 50 characters at most."""

    code = "display_name_too_long"
    field = "display_name"


class EmailMalformedError(FieldError):
    """This is not an e-mail address."""

    code = "email_malformed"
    field = "email"


class EmailTakenError(FieldError):
    """There is already an account with this e-mail address."""

    code = "email_taken"
    field = "email"


class PasswordLengthError(FieldError):
    """A password has 10 to 200 characters."""

    code = "password_length"
    field = "password"


class PostEmptyError(FieldError):
    """There is nothing to post yet."""

    code = "post_empty"
    field = "text"


class PostTooLongError(FieldError):
    """The post is too long."""

    code = "post_too_long"
    field = "text"


class TooManyNamedError(FieldError):
    """A post names 50 accounts at most."""

    code = "too_many_named"
    field = "text"


class NotToBePassedOnError(FieldError):
    """Its author has not written this for everybody: it cannot be passed on."""

    code = "not_to_be_passed_on"
    field = "visibility"


class NotToBePinnedError(FieldError):
    """Only a post of your own that others can read is pinned."""

    code = "not_to_be_pinned"
    field = "post"


class TooManyPinnedError(FieldError):
    """As many posts as can be are pinned."""

    code = "too_many_pinned"
    field = "post"


class EditedOftenError(FieldError):
    """The post has changed as often as it may."""

    code = "edited_often"
    field = "text"


class FollowsItselfError(FieldError):
    """An account cannot follow itself."""

    code = "follows_itself"
    field = "handle"


class BlockedError(FieldError):
    """One of the two accounts is blocked by the other."""

    code = "blocked"
    field = "handle"


class OneselfError(FieldError):
    """An account cannot do this to itself."""

    code = "oneself"
    field = "handle"


class StaffBlockError(FieldError):
    """Moderators keep these two accounts apart; a member cannot lift it."""

    code = "staff_block"
    field = "handle"


class CategoryMissingError(FieldError):
    """Choose what the report is about."""

    code = "category_missing"
    field = "category"


class NotProcessedError(FieldError):
    """The reports of this reporter are not processed for a time; nothing was taken."""

    code = "not_processed"
    field = "reporter"


class CommentTooLongError(FieldError):
    """The comment is too long."""

    code = "comment_too_long"
    field = "comment"


class TooManyPostsError(FieldError):
    """A report concerns 20 posts at most."""

    code = "too_many_posts"
    field = "posts"


class AppNameError(FieldError):
    """A program has a name of 1 to 100 characters."""

    code = "app_name"
    field = "client_name"


class WebsiteError(FieldError):
    """A program's website is an address under http or https."""

    code = "website"
    field = "website"


class RedirectUriError(FieldError):
    """An address to lead back to is under https, under http on this machine, or has a scheme of the program's own."""

    code = "redirect_uri"
    field = "redirect_uris"


class ScopesError(FieldError):
    """One of these scopes is not known here."""

    code = "scopes"
    field = "scopes"


class AgreementError(FieldError):
    """To open an account, its owner has to agree to the rules."""

    code = "agreement"
    field = "agreement"


class PictureUnreadableError(FieldError):
    """This is no image that can be read: JPEG, PNG, WebP and GIF can."""

    code = "picture_unreadable"
    field = "file"


class PictureLargeError(FieldError):
    """An image has 10 MB and 33 million points at most."""

    code = "picture_large"
    field = "file"


class DescriptionTooLongError(FieldError):
    """The description of an image is too long."""

    code = "description_too_long"
    field = "description"


class FocusError(FieldError):
    """The focus of an image is two numbers between -1 and 1."""

    code = "focus"
    field = "focus"


class MediaWaitingError(FieldError):
    """Too many images wait to be posted."""

    code = "media_waiting"
    field = "file"


class MediaError(FieldError):
    """A post takes four images at most, each the author's own and on no other post."""

    code = "media"
    field = "media_ids"


class NoteTooLongError(FieldError):
    """What an account says of itself is too long."""

    code = "note_too_long"
    field = "note"


class ProfileFieldsError(FieldError):
    """A profile has four fields at most, of 255 characters each."""

    code = "profile_fields"
    field = "fields"


class UnknownChoiceError(FieldError):
    """There is no such visibility or language."""

    code = "unknown_choice"
    field = "source"


class NameHeldError(FieldError):
    """The name of this account cannot be changed at present."""

    code = "name_held"
    field = "display_name"


class LinkEndedError(NotFoundError):
    """This link has been used, or has run out."""

    code = "link_ended"
