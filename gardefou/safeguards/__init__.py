"""What could weaken the rest, changed by orders alone (promise 11): tiers, roster, people, roles, rota, rules.

    change      read what an order would change, field by field
    subjects    a person, and the house, as what orders act upon
    tiers       tier.assign
    rosters     roster.enter, roster.remove
    people      person.enrol, person.engage, person.notice, person.end
    roles       role.grant, role.take
    shifts      shift.add, shift.remove
    rota        rota.enter
    rota_plan   what a rota would change, and what is wrong with it
    enter_rota  one order for each person of a rota
    searches    person.search
    erasing     person.erase
    offers      person.offer
    rules       rulebook.replace
    settings    setting.change
    tokens      token.issue, token.end
    tables      the guarded settings in force
    digest_settings   what else a program was started with, into the record
    at_hand     what the people who work here could satisfy
    found       the founding, after which all this holds
    plugs       all of them, as `orders.ports` wants them

Each kind is one small class with two acts: `check` reads the change whole, in one spelling, before anybody signs it;
`apply` does it when the order takes effect, in the order's own transaction. The database's triggers look at each row.
"""
