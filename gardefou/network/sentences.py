"""What went wrong with a field, or was too much, in the language spoken now. Errors carry codes; here are words."""

from collections.abc import Callable

from gardefou.clock import SECOND
from gardefou.network.errors import FieldError
from gardefou.storage.errors import TooManyTriesError
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time, duration, number


def of(error: FieldError) -> str:
    """Return what went wrong."""
    return _SENTENCES[error.code](error)


def in_form(error: FieldError) -> str:
    """Return what stands beside a field of a form of ours: of a text that is too long also that it is not lost."""
    sentence = of(error)
    if _SENTENCES[error.code] is not _too_long:
        return sentence
    kept = _("Nothing was sent, and your text is still here.")
    return f"{sentence} {kept}"


def more_than_can_be_written() -> str:
    """Return that more comes in than the house can take now."""
    return _("More comes in now than can be written down. Nothing of yours was taken: send it again in a moment.")


def too_many(problem: TooManyTriesError) -> str:
    """Return which limit somebody has come up against, and when they can go on."""
    most, each = number(int(problem.fields.get("most", 0))), duration(int(problem.fields.get("each", 0)) * SECOND)
    wait = {"while": duration(problem.wait * SECOND)}
    match problem.fields.get("of"):
        case "account":
            return _(
                "Of one reporter we take %(most)s reports on one account in a day, and have as many of yours. This one "
                "was not taken. Room for one comes back every %(each)s: send it again in %(while)s.",
                most=most,
                each=each,
                **wait,
            )
        case "reporter":
            return _(
                "Of one reporter we take %(most)s reports in a day, and have as many of yours. This one was not taken. "
                "Room for one comes back every %(each)s: send it again in %(while)s.",
                most=most,
                each=each,
                **wait,
            )
    return _(
        "From your part of the network this was tried too often. Nothing has changed, and nobody is locked out: "
        "come back in %(while)s.",
        **wait,
    )


def _too_long(error: FieldError) -> str:
    limit = int(error.fields["limit"])
    over = int(error.fields["length"]) - limit
    return _("%(limit)s characters at most: take out %(count)s.", limit=number(limit), count=number(over))


_SENTENCES: dict[str, Callable[[FieldError], str]] = {
    "handle_malformed": lambda _e: _("A handle is 1 to 30 letters a to z, digits and underscores."),
    "handle_taken": lambda _e: _("This handle is taken; choose another."),
    "display_name_too_long": lambda _e: _("A name has 50 characters at most."),
    "email_malformed": lambda _e: _("This is not an e-mail address."),
    "email_taken": lambda _e: _("There is already an account with this e-mail address."),
    "password_length": lambda _e: _("A password has 10 to 200 characters."),
    "post_empty": lambda _e: _("There is nothing to post yet."),
    "post_too_long": _too_long,
    "too_many_named": lambda e: _("A post names %(limit)s accounts at most.", limit=number(int(e.fields["limit"]))),
    "not_to_be_passed_on": lambda _e: _("Its author has not written this for everybody: it cannot be passed on."),
    "not_to_be_pinned": lambda _e: _("Only a post of your own that others can read is pinned."),
    "too_many_pinned": lambda e: _(
        "%(limit)s posts are pinned already: take one down first.", limit=number(int(e.fields["limit"]))
    ),
    "edited_often": lambda e: _(
        "A post changes %(limit)s times at most: post it anew instead.", limit=number(int(e.fields["limit"]))
    ),
    "follows_itself": lambda _e: _("An account cannot follow itself."),
    "blocked": lambda _e: _("One of the two accounts is blocked by the other."),
    "oneself": lambda _e: _("An account cannot do this to itself."),
    "staff_block": lambda _e: _("The moderators keep these two accounts apart: only they can lift it."),
    "picture_unreadable": lambda _e: _("This is no image that can be read: JPEG, PNG, WebP and GIF can."),
    "picture_large": lambda _e: _("An image has 10 MB and 33 million points at most, and 16,000 on a side."),
    "description_too_long": _too_long,
    "focus": lambda _e: _("The focus of an image is two numbers between -1 and 1."),
    "media_waiting": lambda _e: _("Too many of your images wait to be posted: post or delete some first."),
    "media": lambda _e: _("A post takes four images at most, each your own and on no other post."),
    "note_too_long": _too_long,
    "profile_fields": lambda _e: _("A profile has four fields at most, of 255 characters each."),
    "unknown_choice": lambda _e: _("There is no such visibility or language."),
    "name_held": lambda _e: _("The name cannot be changed at present: try again in some hours."),
    "category_missing": lambda _e: _("Choose what the report is about."),
    "comment_too_long": _too_long,
    "app_name": lambda _e: _("A program has a name of 1 to 100 characters."),
    "website": lambda _e: _("A program’s website is an address under http or https."),
    "redirect_uri": lambda _e: _(
        "An address to lead back to is under https, under http on this machine, or has a scheme of the program’s own."
    ),
    "scopes": lambda _e: _("One of these scopes is not known here."),
    "agreement": lambda _e: _("To open an account, its owner has to agree to the rules."),
    "not_processed": lambda e: _(
        "Your reports are not being processed until %(when)s, and this one was not taken. You can contest that on our "
        "page /reports. If somebody is in danger now, call the emergency services.",
        when=day_and_time(int(e.fields["until"])),
    ),
    "too_many_posts": lambda _e: _("A report concerns 20 posts at most."),
}
