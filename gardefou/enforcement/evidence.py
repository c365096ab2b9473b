"""What a proposer points at: posts as they read now, and the reports of a case; digested, so that a yes covers it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gardefou.enforcement.errors import EvidenceError
from gardefou.enforcement.ports import Platform
from gardefou.ledger.entry import canonical
from gardefou.orders.ports import Gathered, Subject
from gardefou.reports import queries as reports
from gardefou.storage import Tx
from gardefou.storage.ids import BIGGEST

MOST_POSTS = 100


@dataclass(frozen=True, slots=True)
class ReportedEvidence:
    """Posts of the account, and a case about it."""

    platform: Platform

    def gather(self, tx: Tx, *, subject: Subject, refs: Mapping[str, Any]) -> Gathered:
        """Read and digest what is pointed at: `posts` (ids) and `case` (an id), both as decimal strings.

        Raises:
            EvidenceError: a post or case that does not exist, or is another account's; the message names it.
        """
        posts = self._posts(tx, subject, [_number(text) for text in refs.get("posts", [])])
        case_id = refs.get("case")
        count = self._reports(tx, subject, _number(case_id)) if case_id else 0
        kept: dict[str, Any] = {"posts": [str(post_id) for post_id, _ in posts], "reports": str(count)}
        if case_id:
            kept["case"] = str(case_id)
        seen = {**kept, "texts": [hashlib.sha256(text.encode()).hexdigest() for _, text in posts]}
        return Gathered(refs=kept, digest=hashlib.sha256(canonical(seen)).digest(), found=bool(posts) or count > 0)

    def _posts(self, tx: Tx, subject: Subject, ids: list[int]) -> list[tuple[int, str]]:
        if len(ids) > MOST_POSTS:
            raise EvidenceError(f"{len(ids)} posts were pointed at; {MOST_POSTS} are the most")
        found = {post.id: post for post in self.platform.posts(tx, ids)}
        for post_id in ids:
            if post_id not in found or found[post_id].account_id != subject.account_id:
                raise EvidenceError(f"{subject.label} has no post {post_id}")
        return [(post_id, found[post_id].text) for post_id in sorted(found)]

    def _reports(self, tx: Tx, subject: Subject, case_id: int) -> int:
        case = reports.case(tx, case_id)
        if case.account_id != subject.account_id:
            raise EvidenceError(f"case {case_id} is about another account than {subject.label}")
        return case.counting


def _number(text: object) -> int:
    shown = str(text)
    if not (shown.isascii() and shown.isdigit() and len(shown) < 20 and int(shown) <= BIGGEST):  # noqa: PLR2004  # 64 bits have 19 digits
        raise EvidenceError(f"{shown[:40]!r} is not the number of a post or case")
    return int(shown)
