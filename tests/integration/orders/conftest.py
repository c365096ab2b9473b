"""After every test here the whole record is audited: whatever the engine did, every entry, row and standing agrees."""

from collections.abc import Iterator

import pytest

from gardefou.storage import Database
from tests.factories.audited import first_finding

#: Tests that edit rows by hand, and so leave a record that must not agree.
EDITED = ("test_an_order_is_void_once_its_subject_is_another", "test_rights_that_ended_meanwhile")


@pytest.fixture(autouse=True)
def the_record_agrees(request: pytest.FixtureRequest, database_url: str, db: Database) -> Iterator[None]:
    """Audit once the test is done."""
    yield
    found = first_finding(database_url)
    assert found is None or request.node.name.startswith(EDITED), found
