"""What somebody typed, as text that may be kept: no sign that nobody sees, one spelling for each letter."""

import re
from unicodedata import normalize

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

MOST_FIELDS = 60
LONGEST = 20_000
# Controls but tab and line ends; what reverses or isolates the direction of writing; marks of byte order; halves.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")
BLANKS = re.compile(r"[\s\u00ad]+")


class Unreadable(Exception):  # noqa: N818  (read as a sentence)
    """What was sent is no form: broken, in no known encoding, or of too many fields."""


def form_of(request: HttpRequest) -> QueryDict:
    """The fields of a request, urlencoded or multipart. Raises Unreadable."""
    try:
        form = request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, ValueError, LookupError):
        raise Unreadable from None
    if len(form) > MOST_FIELDS:
        raise Unreadable
    return form


def cleaned(form: QueryDict) -> dict[str, str]:
    """All fields by name, the last of a name, each cut at a length that nobody types."""
    return {name: lines(form.getlist(name)[-1][:LONGEST]) for name in form}


def lines(text: str) -> str:
    """Text in several lines, without blanks around it."""
    return UNSEEN.sub("", normalize("NFC", LINE_ENDS.sub("\n", text))).strip()


def line(text: str) -> str:
    """Text in one line: no header of a mail can be made of it."""
    return BLANKS.sub(" ", lines(text)).strip()
