"""Every way to get a field wrong has its sentence, in both languages."""

import pytest

from gardefou.network import errors, sentences
from gardefou.words import speak

WRONG = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.FieldError)]
WRONG.remove(errors.FieldError)


@pytest.mark.promise(20)
@pytest.mark.parametrize("kind", WRONG, ids=lambda kind: kind.code)
def test_every_wrong_field_has_a_sentence_in_both_languages(kind: type[errors.FieldError]) -> None:
    error = kind(limit=500, length=512, until=1_509_649_200_000_000)
    with speak("en"):
        english = sentences.of(error)
    with speak("fr"):
        french = sentences.of(error)
    assert kind.field
    assert english != french


@pytest.mark.promise(20)
def test_text_too_long_says_how_much_to_take_out() -> None:
    with speak("en"):
        sentence = sentences.of(errors.CommentTooLongError(limit=1000, length=1234))
        beside = sentences.in_form(errors.CommentTooLongError(limit=1000, length=1234))
    assert sentence == "1,000 characters at most: take out 234."
    assert beside == f"{sentence} Nothing was sent, and your text is still here."
