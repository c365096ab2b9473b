"""A cosignature's bytes, as C2SP has them: what is signed, what is written, and the specification's own example."""

from base64 import b64decode

import pytest

from gardefou.ledger import checkpoint, note
from gardefou.ledger.cosignature import Policy, cosign, cosigned, message
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import COSIGNATURE, Note, SecretKey, key_id
from tests.factories.ledger import LOG, WITNESS, head

pytestmark = pytest.mark.promise(14)

#: The example in C2SP's tlog-cosignature.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
SECONDS = 1_679_315_147


def test_the_specifications_example_is_read() -> None:
    found = note.read(EXAMPLE.encode())
    assert str(found) == EXAMPLE
    assert checkpoint.read(found.text).size == 20_852_163
    line = found.signatures[1]
    assert (line.name, line.id.hex(), len(line.signature)) == ("witness.example.com/w1", "8d66cf3f", 72)
    assert int.from_bytes(line.signature[:8], "big") == SECONDS
    wanted = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
    assert message(found.text, seconds=SECONDS).decode() == wanted + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_line_is_key_id_time_and_signature() -> None:
    text = head(7).text
    line = cosign(text, signer=WITNESS, seconds=SECONDS)
    name, encoded = str(line).removeprefix("\u2014 ").split(" ")
    raw = b64decode(encoded)
    assert name == WITNESS.key.name
    assert raw[:4] == key_id(name, 4, WITNESS.key.public)
    assert raw[4:12].hex() == "00000000641850cb"
    assert len(raw) == 4 + 8 + 64
    assert WITNESS.key.verifies(b"cosignature/v1\ntime 1679315147\n" + text.encode(), raw[12:])
    assert not WITNESS.key.verifies(text.encode(), raw[12:])


def test_a_cosignature_is_believed_only_for_its_text_its_time_and_its_key() -> None:
    plain = head(7)
    line = cosign(plain.text, signer=WITNESS, seconds=SECONDS)
    good = Note(text=plain.text, signatures=(*plain.signatures, line))
    assert cosigned(good, [WITNESS.key]) == {WITNESS.key: SECONDS}
    assert cosigned(good, [LOG.key]) == {}
    later = (SECONDS + 1).to_bytes(8, "big") + line.signature[8:]
    for text, signature in ((head(8).text, line.signature), (plain.text, later), (plain.text, line.signature[:-1])):
        wrong = note.SignatureLine(name=line.name, id=line.id, signature=signature)
        with pytest.raises(NoteError, match="does not verify"):
            cosigned(Note(text=text, signatures=(wrong,)), [WITNESS.key])
    with pytest.raises(NoteError, match="no witness's key"):
        cosign(plain.text, signer=LOG, seconds=SECONDS)


def test_enough_is_when_the_last_of_those_that_are_enough_signed() -> None:
    keys = tuple(SecretKey(name=f"w{n}", kind=COSIGNATURE, seed=bytes([n] * 32)).key for n in range(3))
    seen = dict(zip(keys, (30, 10, 20), strict=True))
    assert [Policy(n=n, witnesses=keys).met_at(seen) for n in (0, 1, 2, 3, 4)] == [None, 30, 20, 10, None]
    assert Policy(n=1, witnesses=keys[1:]).met_at({keys[0]: 30}) is None
