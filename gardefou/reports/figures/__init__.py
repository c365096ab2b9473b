"""What is counted of reports and cases, for charts: by category and language, over stretches of time, never by person.

Every question is a sum that the database makes along an index, over the stretch that is asked about or over what is
open; none reads every report there ever was.
"""
