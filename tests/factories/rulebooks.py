"""Small rulebooks as text, for whoever wants to see one line of difference."""

HEAD = """
name = "example"
[tier.notable]
when = "roster == 'notable' or office"
[tier.critical]
when = "roster == 'critical'"
[veto]
role = "reviewer"
"""

ONE_MORE = '{ n = 1, role = "reviewer" }'
BY_CLOCK = 'propose = { machine = "clock" }\n'
RESTORERS = 'propose = { role = ["agent", "reviewer", "duty manager"] }\n'


def rule(
    name: str,
    kind: str,
    when: str = "true",
    *,
    role: str = "reviewer",
    approve: str = "",
    needs: str = '"on shift"',
    propose: str = "",
    hold: str = "",
) -> str:
    """Write one rule; one reviewer on shift is enough for it unless told otherwise."""
    return (
        f'[[rule]]\nid = "{name}"\nkind = "{kind}"\nwhen = "{when}"\n'
        + (propose or f'propose = {{ role = "{role}" }}\n')
        + (f"needs = [{needs}]\n" if needs else "")
        + 'execute_within = "5 min"\napprove_within = "1 h"\n'
        + (f"approve = [{approve}]\n" if approve else "")
        + (f'hold = "{hold}"\n' if hold else "")
    )


#: Whatever can be hidden can be brought back, and ends when it was set to.
BACK = "".join(
    rule(f"back-{thing}", f"{thing}.restore", "not hidden_as_grave", propose=RESTORERS, needs="")
    + rule(
        f"back-grave-{thing}", f"{thing}.restore", "hidden_as_grave", propose=RESTORERS, needs="",
        approve='{ n = 1, role = ["agent", "reviewer", "duty manager"] }',
    )
    + rule(f"lift-{thing}", f"{thing}.lift", "set_end_passed", propose=BY_CLOCK, needs="")
    for thing in ("account", "post")
)  # fmt: skip

#: Two to silence, one to bring back: the dullest rulebook that is proved.
DULL = HEAD + BACK + rule("two", "account.hide", approve=ONE_MORE)
