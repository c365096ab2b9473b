"""Reports, the cases they gather in, and who holds a case."""

from dataclasses import fields

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from gardefou.reports.categories import Category
from gardefou.reports.priority import Weighed
from gardefou.storage.metadata import Int64, metadata

_CATEGORIES = ", ".join(f"'{category}'" for category in Category)
_OPEN = text("state = 'open'")
_IN_FORCE = text("taken_back_at IS NULL")
_UNWEIGHED = text("taken_back_at IS NULL AND weighed_to < upto")
#: Open cases that anybody who works on cases decides, and those that reviewers decide, in the very words of the two
#: parts of the queue: a database uses such an index only for a question that repeats them. What waits for its order is
#: in neither: somebody has decided.
FOR_ALL = "cases.state = 'open' AND cases.order_id IS NULL AND cases.protected = 0 AND cases.handed_to IS NULL"
KEPT = "cases.state = 'open' AND cases.order_id IS NULL AND (cases.protected = 1 OR cases.handed_to IS NOT NULL)"
#: Cases of protected accounts, which the duty manager is told of.
TOLD = "cases.state = 'open' AND cases.protected = 1"
#: The columns of the sums of a case's reporters.
WEIGHED = tuple(each.name for each in fields(Weighed))


def _part(name: str, words: str, *columns: str) -> Index:
    """Return an index over a part of the open cases, in the order in which they are worked through.

    Category and language stand at its end, so that whoever reads a narrowed queue passes over the rest in the index.
    """
    where = text(words.replace("cases.", ""))
    return Index(name, *columns, postgresql_where=where, sqlite_where=where)


#: All open reports against one account. Closing changes this row and none of its reports. From `reporters` to
#: `wrong_before` stand the sums of its reporters, `Weighed`; `reach` is the most followers that the account had at a
#: report; `rank_at` is its place among cases of its gravity (priority.py). `tell_at` is from when on the duty manager
#: is to be told of a protected account's case, `told_at` when they last were. `order_id` is the order that answers it:
#: an open case waits for that one, a closed case was closed by it.
cases = Table(
    "cases",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("account.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Int64, nullable=False),
    Column("category", Text, nullable=False),
    Column("severity", Int64, nullable=False),
    Column("locale", Text, nullable=False),
    Column("reports", Int64, nullable=False),
    Column("protected", Int64, nullable=False),
    Column("opened_at", Int64, nullable=False),
    Column("updated_at", Int64, nullable=False),
    Column("due_at", Int64, nullable=False),
    Column("handed_to", Text),
    Column("closed_at", Int64),
    Column("closed_by", Text),
    Column("outcome", Text),
    *(Column(name, Int64, nullable=False, server_default="0") for name in WEIGHED),
    Column("reach", Int64, nullable=False, server_default="0"),
    Column("rank_at", Int64, nullable=False, server_default="0"),
    Column("tell_at", Int64),
    Column("told_at", Int64),
    # How many of its reports are set aside: kept, shown apart, and not counted.
    Column("set_aside", Int64, nullable=False, server_default="0"),
    Column("order_id", Int64),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'rejected')", name="outcome"),
    CheckConstraint(f"category IN ({_CATEGORIES})", name="category"),
    Index("uq_cases_one_open", "account_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
    _part("ix_cases_due", FOR_ALL, "due_at", "id", "severity", "locale"),
    _part("ix_cases_priority", FOR_ALL, "severity", "rank_at", "id", "due_at", "locale"),
    _part("ix_cases_kept", KEPT, "due_at", "id", "severity", "locale"),
    _part("ix_cases_tell", TOLD, "tell_at"),
    # What charts count along.
    Index("ix_cases_opened_at", "opened_at"),
    Index("ix_cases_closed_at", "closed_at"),
)

#: `about` is the same for the same category and posts (unknown of old ones); `times` counts how often it was filed.
#: `place` is where it stands among the reports of its case, from 1, in the order of commits. `words` is the same for
#: the same comment; none for one too short to tell. `traits` is what was known of its reporter when it came.
report = Table(
    "report",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), nullable=False),
    Column("account_id", Int64, ForeignKey("account.id"), nullable=False),
    Column("reporter", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("imported_key", Text, unique=True),
    Column("about", Int64),
    Column("times", Int64, nullable=False, server_default="1"),
    Column("place", Int64, nullable=False, server_default="0"),
    Column("words", Int64),
    Column("traits", Int64, nullable=False, server_default="0"),
    Index("ix_report_case", "case_id", "id"),
    Index("ix_report_place", "case_id", "place"),
    Index("ix_report_reporter", "reporter", "case_id"),
    # Reports lie in the order they came: a few words for each stretch of the table cost whoever files one nothing.
    Index(
        "ix_report_created_at",
        "created_at",
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
    ),
    CheckConstraint(f"category IN ({_CATEGORIES})", name="category"),
)

#: The posts a report is about; none when it is about the account as a whole. `digest` is of the text as reported.
report_post = Table(
    "report_post",
    metadata,
    Column("report_id", Int64, ForeignKey("report.id"), primary_key=True, autoincrement=False),
    Column("post_id", Int64, primary_key=True, autoincrement=False),
    Column("excerpt", Text, nullable=False),
    Column("posted_at", Int64, nullable=False),
    Index("ix_report_post_post", "post_id"),
)

#: What the first `upto` reports of a case add up to, so that a page of it costs the same in a storm; none of a case
#: with few reports. `categories` is JSON: how many reports there are of each. What is set aside is not in it.
case_sum = Table(
    "case_sum",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("upto", Int64, nullable=False),
    Column("whole", Int64, nullable=False),
    Column("categories", Text, nullable=False),
)

#: The same for each minute in which reports came, those that are set aside among them: how many, how many of whose
#: reporters were young, how many had the same words as others, how many either.
case_minute = Table(
    "case_minute",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("minute", Int64, primary_key=True, autoincrement=False),
    Column("reports", Int64, nullable=False),
    Column("young", Int64, nullable=False),
    Column("same", Int64, nullable=False),
    Column("alike", Int64, nullable=False),
)

#: The same for each post that those name which are not set aside, with the words it had in the first of them.
case_post = Table(
    "case_post",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("post_id", Int64, primary_key=True, autoincrement=False),
    Column("reports", Int64, nullable=False),
    Column("reporters", Int64, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("posted_at", Int64, nullable=False),
)

#: The comments that most reports of a case share, by their digest, and so many at most (keep_words.py): each is counted
#: in the reports that come after that place, and `weight` and `error` say how many were in it, and how sure that is.
case_words = Table(
    "case_words",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("words", Int64, primary_key=True, autoincrement=False),
    Column("after", Int64, nullable=False),
    Column("weight", Int64, nullable=False, server_default="0"),
    Column("error", Int64, nullable=False, server_default="0"),
)

#: Those that gave up their place to others, and the reports in which they were counted: after one place, up to another.
#: Never changed, and read only by its key: no page and no report costs more for what is in it.
case_words_past = Table(
    "case_words_past",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("words", Int64, primary_key=True, autoincrement=False),
    Column("after", Int64, primary_key=True, autoincrement=False),
    Column("upto", Int64, nullable=False),
)

#: Reports of one burst that somebody set aside together, said by what they have in common: they came from `since` until
#: `until`, stand at `upto` or before, and were written by the young or in the same `words` (JSON, each with the place
#: after which it counts; those that gave up their place before stand in `case_words_past`). One row, whatever their
#: number; the reports themselves stay as they are. `kinds`, JSON, says of each kind of complaint how many they are and
#: when the first came. Up to the place `weighed_to` its reporters are taken out of what the case weighs: `taken_out`,
#: JSON, is what they weighed. Up to there, too, `whole` that name no post are out of the sums of the case, and those
#: that name one (`aside_post`).
aside = Table(
    "aside",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), nullable=False),
    Column("since", Int64, nullable=False),
    Column("until", Int64, nullable=False),
    Column("upto", Int64, nullable=False),
    Column("words", Text, nullable=False),
    Column("reports", Int64, nullable=False),
    Column("young", Int64, nullable=False),
    Column("same", Int64, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Int64, nullable=False),
    Column("taken_back_by", Text),
    Column("taken_back_at", Int64),
    Column("weighed_to", Int64, nullable=False, server_default="0"),
    Column("taken_out", Text, nullable=False, server_default="{}"),
    Column("kinds", Text, nullable=False, server_default="[]"),
    Column("whole", Int64, nullable=False, server_default="0"),
    Index("ix_aside_case", "case_id", "id"),
    Index("uq_aside_in_force", "case_id", "since", unique=True, postgresql_where=_IN_FORCE, sqlite_where=_IN_FORCE),
    Index("ix_aside_waits", "id", postgresql_where=_UNWEIGHED, sqlite_where=_UNWEIGHED),
)

#: How many reports of a set name a post, and how many reporters do so nowhere else: what is out of `case_post` now.
aside_post = Table(
    "aside_post",
    metadata,
    Column("aside_id", Int64, ForeignKey("aside.id"), primary_key=True, autoincrement=False),
    Column("post_id", Int64, primary_key=True, autoincrement=False),
    Column("reports", Int64, nullable=False),
    Column("reporters", Int64, nullable=False),
)

#: How often a reporter was right: counted when a case is closed, which `decided_at` tells of the last one.
reporter = Table(
    "reporter",
    metadata,
    Column("key", Text, primary_key=True),
    Column("filed", Int64, nullable=False),
    Column("upheld", Int64, nullable=False),
    Column("rejected", Int64, nullable=False),
    Column("last_at", Int64, nullable=False),
    Column("decided_at", Int64),
)

#: Cases with too many reports to count all their reporters in the step that closed or reopened them: the worker counts
#: along the reports, from `after` to `last`, and takes the row away at the end. `step` is -1 to take a count back.
tally = Table(
    "tally",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("step", Int64, nullable=False),
    Column("after", Int64, nullable=False),
    Column("last", Int64, nullable=False),
    Column("at", Int64, nullable=False),
    CheckConstraint("outcome IN ('upheld', 'rejected')", name="outcome"),
    CheckConstraint("step IN (1, -1)", name="step"),
)

#: One agent's temporary hold of a case.
lease = Table(
    "lease",
    metadata,
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("taken_at", Int64, nullable=False),
    Column("until", Int64, nullable=False),
)

#: What was answered to an upload of many reports, by a digest of what its sender calls it.
upload = Table(
    "upload",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("answers", Text, nullable=False),
    Column("created_at", Int64, nullable=False, index=True),
)

#: Through which machine a platform's reporter came: their key alone does not tell them from a visitor's.
brought = Table(
    "brought",
    metadata,
    Column("reporter", Text, primary_key=True),
    Column("machine", Text, nullable=False),
)

#: An open page of a case, which its stream renews: who looks at what now.
presence = Table(
    "presence",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), nullable=False, index=True),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False),
    Column("until", Int64, nullable=False),
)

#: One press that decides several cases, each for itself; what became of each stands beside it.
batch = Table(
    "batch",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("deed", Text, nullable=False),
    Column("at", Int64, nullable=False),
)

#: `code` says why nothing was done, or why what was done could not be undone; empty when there is nothing to say.
#: `version` is the case's after the deed, as undoing it must find it. `order_id` is the order's, or that of the paper
#: that becomes one once it is signed: no key of the database, since papers are taken away again.
batch_case = Table(
    "batch_case",
    metadata,
    Column("batch_id", Int64, ForeignKey("batch.id"), primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("place", Int64, nullable=False),
    Column("became", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("version", Int64, nullable=False),
    Column("order_id", Int64),
    CheckConstraint("became IN ('closed', 'handed', 'ordered', 'to sign', 'undone', 'nothing')", name="became"),
)

#: What colleagues tell each other about an account, or about one case of it. Nobody outside ever reads it.
note = Table(
    "note",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("account.id"), nullable=False),
    Column("case_id", Int64, ForeignKey("cases.id")),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", Int64, nullable=False),
    Index("ix_note_account", "account_id", "id"),
)

#: A text that is written once and used often, in both languages; `{account}` and its like are filled in at use.
macro = Table(
    "macro",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("text_en", Text, nullable=False),
    Column("text_fr", Text, nullable=False),
    Column("changed_by", Int64, ForeignKey("person.id"), nullable=False),
    Column("changed_at", Int64, nullable=False),
)

#: Words that colleagues need not read until they ask for them; `key` is how they are looked for.
blurred_word = Table(
    "blurred_word",
    metadata,
    Column("key", Text, primary_key=True),
    Column("word", Text, nullable=False),
    Column("entered_at", Int64, nullable=False),
)
