"""What every kind of order does, as an infinitive: the one place where each has its words outside a title.

Kinds are known by their names, since `words` lies below the orders; a house test holds the list against theirs.
"""

from gardefou.words.language import gettext as _


def doing(kind: str) -> str:
    """Return what an order of a kind does: `hide the account`, `grant a role`; a name nobody knows as it is."""
    return _silencing().get(kind) or _restoring().get(kind) or _safeguards().get(kind) or kind


def _silencing() -> dict[str, str]:
    return {
        "account.hide": _("hide the account"),
        "account.limit": _("limit the account"),
        "account.freeze": _("freeze the account"),
        "account.rename": _("rename the account"),
        "account.block": _("block somebody in the name of the account"),
        "account.unfollow": _("take followers from the account"),
        "account.contact": _("change where the owner is written to"),
        "account.credentials": _("change how the owner signs in"),
        "account.speak": _("speak as the account"),
        "post.hide": _("hide a post"),
        "post.delete": _("delete a post"),
    }


def _restoring() -> dict[str, str]:
    return {
        "account.restore": _("restore the account"),
        "account.lift": _("lift what had a set end"),
        "post.restore": _("restore a post"),
        "post.lift": _("lift what had a set end"),
        "statement.publish": _("publish a statement"),
    }


def _safeguards() -> dict[str, str]:
    return {
        "tier.assign": _("assign a tier"),
        "roster.enter": _("enter the account in the roster"),
        "roster.remove": _("remove the account from the roster"),
        "person.enrol": _("enrol a person"),
        "person.engage": _("engage a person"),
        "person.notice": _("record a notice"),
        "person.end": _("end an engagement"),
        "person.search": _("read one person’s record"),
        "person.erase": _("erase who somebody was"),
        "person.offer": _("say what cases somebody is offered"),
        "shift.add": _("add a shift"),
        "shift.remove": _("remove a shift"),
        "rota.enter": _("enter a rota"),
        "role.grant": _("grant a role"),
        "role.take": _("take a role"),
        "credential.enrol": _("enrol a passkey, or a subject at a provider"),
        "credential.end": _("end a passkey, or a subject at a provider"),
        "person.join": _("join two persons who are one human"),
        "rulebook.replace": _("replace the rulebook"),
        "setting.change": _("change a setting"),
        "token.issue": _("issue a machine its token"),
        "token.end": _("end a machine’s token"),
    }
