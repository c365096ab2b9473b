"""What each kind of entry of the record says was done, in words."""

from gardefou.words import gettext as _


def deeds() -> dict[str, str]:
    """Return what each kind of entry says was done, in words: of an order `%(what)s`, of a tier `%(tier)s`."""
    return {
        "house.founded": _("The house was founded"),
        "rulebook.entered": _("A rulebook came into force"),
        "order.proposed": _("Proposed: %(what)s"),
        "order.refused": _("Tried, and was refused: %(what)s"),
        "attempt.refused": _("Tried to sign or stop, and was refused: %(what)s"),
        "order.voted": _("Approved: %(what)s"),
        "order.held": _("Enough people agree; held: %(what)s"),
        "order.waiting": _("Waiting again: %(what)s"),
        "order.executed": _("Took effect: %(what)s"),
        "order.reversed": _("Was taken back: %(what)s"),
        "incident.opened": _("An incident was opened"),
        "incident.stood_down": _("The incident was stood down"),
        "statement.drafted": _("A statement was drafted"),
        "statement.published": _("A statement was published"),
        "case.closed": _("The case was closed"),
        "case.reopened": _("The case was opened again"),
        "setting.digested": _("A program was started with other settings"),
        "ledger.exported": _("A part of the record was taken out, with what it stands for"),
        "tier.reached": _("Reached the tier %(tier)s; it falls only by an order"),
        "credential.enrolled": _("A passkey was enrolled"),
        "sign_in.refused": _("Somebody was not let in"),
        "token.collected": _("The secret of a machine’s token was collected"),
        "reporter.warned": _("A reporter was warned"),
        "reporter.suspended": _("A reporter’s reports are not processed for a time"),
        "reporter.lifted": _("What was decided about a reporter was taken back"),
        "reporter.kept": _("What a reporter contested stays"),
    }


def sorts() -> dict[str, str]:
    """Return what each kind of entry says, whatever it is about."""
    return deeds() | {
        "order.proposed": _("Proposed"),
        "order.refused": _("Tried, and was refused"),
        "attempt.refused": _("Tried to sign or stop, and was refused"),
        "order.voted": _("Approved"),
        "order.held": _("Enough people agree; held"),
        "order.waiting": _("Waiting again"),
        "order.executed": _("Took effect"),
        "order.reversed": _("Was taken back"),
        "order.voided": _("Ended without effect"),
        "tier.reached": _("Reached a higher tier"),
    }
