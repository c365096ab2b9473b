"""Those who often report what is manifestly unfounded: a warning first, then nobody reads their reports for a time.

Article 23 of the Digital Services Act. The house counts and proposes; a person decides, each reporter for themselves,
and says why. It is told to whoever it concerns, who can contest it; it ends by itself, and one person takes it back.
`criteria` has the numbers, docs/howto/when-reports-are-misused.md says them in words.
"""
