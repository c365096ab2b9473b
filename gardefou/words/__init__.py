"""French and English: sentences, numbers and dates for people. Codes come in, words go out."""

from gardefou.words.language import LANGUAGES, current, gettext, ngettext, pgettext, speak

__all__ = ["LANGUAGES", "current", "gettext", "ngettext", "pgettext", "speak"]
