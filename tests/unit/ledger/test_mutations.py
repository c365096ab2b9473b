"""What none may believe: the proofs of transparency-dev/merkle's tests, changed in each way that its tests change them.

The list is `tests/vectors/mutations.json`, made by `tests/vectors/build.py` without our code.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from gardefou.ledger.errors import ProofError
from gardefou.ledger.tree import verify_consistency, verify_inclusion

VECTORS = Path(__file__).parents[2] / "vectors"
MUTATIONS = json.loads((VECTORS / "mutations.json").read_text("utf-8"))


def steps(wrong: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(step) for step in wrong["proof"]]


@pytest.mark.promise(14)
def test_no_changed_proof_of_inclusion_is_believed() -> None:
    assert len(MUTATIONS["inclusion"]) > 100
    believed = []
    for wrong in MUTATIONS["inclusion"]:
        try:
            verify_inclusion(
                leaf=bytes.fromhex(wrong["leaf"]),
                index=wrong["index"],
                size=wrong["size"],
                proof=steps(wrong),
                root=bytes.fromhex(wrong["root"]),
            )
        except ProofError:
            continue
        believed.append(wrong)
    assert believed == []


@pytest.mark.promise(14)
def test_no_changed_proof_of_consistency_is_believed() -> None:
    assert len(MUTATIONS["consistency"]) > 100
    believed = []
    for wrong in MUTATIONS["consistency"]:
        try:
            verify_consistency(
                first=wrong["first"],
                second=wrong["second"],
                first_root=bytes.fromhex(wrong["first_root"]),
                second_root=bytes.fromhex(wrong["second_root"]),
                proof=steps(wrong),
            )
        except ProofError:
            continue
        believed.append(wrong)
    assert believed == []
