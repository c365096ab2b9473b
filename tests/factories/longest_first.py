"""The files that take longest begin first, so that no worker is left with one of them when the others have nothing.

A file's tests stay together, and xdist hands out first the files with the most tests: those of few and long ones last.
"""

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

#: Twenty seconds and more each, the longest first.
LONGEST = (
    "tests/journeys/test_the_story.py",
    "tests/integration/app/test_routes_table.py",
    "tests/unit/guard/test_mutated_rulebook.py",
    "tests/integration/orders/test_kill.py",
    "tests/integration/app/test_openapi.py",
    "tests/integration/orders/test_any_sequence.py",
    "tests/journeys/test_a_member_and_the_pages.py",
    "tests/integration/safeguards/test_safeguards_are_orders.py",
    "tests/journeys/test_cli.py",
    "tests/integration/desk/test_desk_hostile_input.py",
    "tests/journeys/test_a_storm_on_four_desks.py",
    "tests/faults/test_database_gone.py",
    "tests/faults/test_disk_full.py",
    "tests/integration/attacks/test_attacks_on_safeguards.py",
    "tests/journeys/test_a_stale_page.py",
    "tests/journeys/test_kill_the_house.py",
    "tests/journeys/test_cli_demo.py",
    "tests/journeys/clients/test_toot.py",
    "tests/integration/watch/test_audit.py",
    "tests/integration/safeguards/test_erasing.py",
    "tests/integration/watch/test_bundle.py",
    "tests/integration/watch/test_audit_continues.py",
    "tests/integration/desk/test_desk_safeguards.py",
    "tests/unit/network/test_picture_memory.py",
)
_PLACES = {path: place for place, path in enumerate(LONGEST)}


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """Gives each worker the longest file that nobody has begun; after those, what has most tests."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = min(self.workqueue, key=lambda path: _PLACES.get(path, len(LONGEST)))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)
