"""Rotas as people keep them, in CSV or iCalendar, read into half-open intervals of UTC. Writes nothing.

zones       a time on the wall of some place, as an instant; both edges of daylight saving, in one documented way
rows        what a file asks for, and what is wrong with it, line by line
table       CSV: person, starts, ends, zone
sifted      the lines of a calendar that matter, and no more of them than a rota has
repeats     a rule of a calendar, day by day, as far as it is followed
calendar    iCalendar: events, with what repeats
reading     a file by its name
"""
