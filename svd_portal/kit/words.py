"""Full-text search: the words of a row as PostgreSQL indexes them, and questions put to that index.

Everything is written into the SQL but what was asked: PostgreSQL recognises the index by these same
expressions, and a parameter in them would hide it.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.functions import NullIf
from django.utils.deconstruct import deconstructible
from markupsafe import Markup, escape

CONFIG = "'svd_english'::regconfig"
"""English words by their stems, accents or none: made by the migrations of the kit."""
FOUND, ENDS = "\ue000", "\ue001"
"""Stand around a found word until the text is escaped; no text of ours holds them."""
_MARKED = f"StartSel={FOUND}, StopSel={ENDS}"
_SNIPPET = f'{_MARKED}, MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … "'
_WHOLE = f"{_MARKED}, HighlightAll=true"


# Where letters are C's, PostgreSQL takes typographic signs for letters: quotation marks, dashes, dots and the
# space that does not break. Here they are, and what stands for them.
_TYPED = "\u201c\u201d\u201e\u2018\u2019\u2013\u2014\u2026\u00a0"
_PLAIN = '"""\'\'--. '
_NO_WORDS = f"<>£•\u00ab\u00bb{FOUND}{ENDS}"
"""Further signs; what stands between < and > would be taken for a tag, and left out."""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@deconstructible(path="svd_portal.kit.words.WordsOf")
class WordsOf(Func):
    """The words of some text fields of a row, none of which may be NULL."""

    template = (
        f"to_tsvector({CONFIG}, translate(%(expressions)s,"
        f" {_quoted(_TYPED + _NO_WORDS)}, {_quoted(_PLAIN + ' ' * len(_NO_WORDS))}))"
    )
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


class Asked(Func):
    """What a person typed, as a question: "exact words", or, -not. Whatever is typed is one."""

    template = f"websearch_to_tsquery({CONFIG}, %(expressions)s)"
    output_field = TextField()


class Match(Func):
    """Whether words answer a question."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class MatchInTurn(Match):
    """The same, asked of each text as it comes: PostgreSQL finds no index of words for it, and takes it that
    every second text answers.

    For a walk along another index that soon comes upon enough: an index of words gathers every match first.
    """

    template = "CASE WHEN %(expressions)s THEN true ELSE false END"


def texts(*fields: str, between: str = " · ") -> Func:
    """Some text fields as one text, those that are empty left out."""
    filled = (NullIf(F(field), Value("")) for field in fields)
    return Func(Value(between), *filled, function="concat_ws", output_field=TextField())


class Excerpt(Func):
    """A text with what was found in it marked: the passages around it, or all of the text."""

    template = f"ts_headline({CONFIG}, %(expressions)s, '%(options)s')"
    output_field = TextField()

    def __init__(self, text: Any, asked: Any, *, whole: bool = False) -> None:
        signs = Value(_TYPED + FOUND + ENDS), Value(_PLAIN)
        plain = Func(text, *signs, function="translate", output_field=TextField())
        super().__init__(plain, asked, options=_WHOLE if whole else _SNIPPET)


def as_typed(asked: str) -> str:
    """A question with the quotation marks of a keyboard: telephones write others."""
    return asked.translate(str.maketrans(_TYPED, _PLAIN))


def words_index(*fields: str, name: str) -> GinIndex:
    """The index that search reads: the partnership first, then the words of `fields`."""
    return GinIndex(F("partnership"), WordsOf(*fields), name=name)


def marked(text: str) -> Markup:
    """An excerpt as HTML: escaped, found words in `<mark>`."""
    return Markup(str(escape(text)).replace(FOUND, "<mark>").replace(ENDS, "</mark>"))
