"""What an action needs before it may happen: facts in, a verdict out.

Pure: the standard library and `errors` only, and z3 in `prove`. No clock (`now` is an argument), no database, no words:
a verdict carries codes and fields, and `words.reasons` says them. Upholds promises 1, 2, 5, 6, 7, 11, 12 and 13 of the
design, as far as they are decisions; that the facts are true, and read again at the effect, is for the rooms above.

    terms     the guard language: text → small frozen terms
    facts     what a decision is told
    rulebook  rules as values, and which of them speak
    reading   TOML → rulebook
    shape     what is wrong with a rulebook at a glance
    rules     the front door: load
    match     distinct people to places
    decide    the verdict
    prove     what holds in every case, over every sequence of orders; the only part that needs z3
"""
