"""A campaign's text: what may stand in it, and how it reads in both forms of a mail."""

import pytest

from zweck.mailing.campaigns.markdown import MOST_CHARACTERS, render
from zweck.mailing.errors import BadText

HERE = "https://www.example.com"
LETTER = """# Hello *world*

News from **us**, see [here](/news) or <https://example.org/x?y=1>.
Second line.

- one
- two, [write](mailto:a@example.org)
  - deep
- three

2. first

3. second

> said
> so
>
> ```
> code
> ```

---

End
"""


def test_a_letter_reads_as_html() -> None:
    html = render(LETTER, HERE).html

    assert "<h1>Hello <em>world</em></h1>" in html
    assert '<a href="https://www.example.com/news">here</a>' in html
    assert '<ol start="2">' in html


def test_a_letter_reads_as_plain_text() -> None:
    assert render(LETTER, HERE).plain == (
        "Hello world\n===========\n\n"
        "News from us, see here (https://www.example.com/news) or https://example.org/x?y=1.\nSecond line.\n\n"
        "- one\n- two, write (a@example.org)\n  - deep\n- three\n\n"
        "2. first\n\n3. second\n\n"
        "> said\n> so\n>\n>     code\n\n"
        "------------------------------\n\nEnd\n"
    )


def test_html_in_a_text_is_shown_and_not_taken() -> None:
    found = render("<script>alert(1)</script>\n\n<img src=x onerror=y> & <b>bold</b>", HERE).html

    assert "<script" not in found
    assert "<img" not in found
    assert "&lt;b&gt;bold&lt;/b&gt;" in found


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScript:alert(1))",
        "[x](data:text/html;base64,xx)",
        "[x](//example.org)",
        "[x](news)",
        "[x](https://)",
        "[x](http://[)",
        "[x](https://bank@example.org/)",
        "[x](mailto:)",
        "[x]\n\n[x]: vbscript:x",
        "<ftp://example.org>",
    ],
)
def test_a_link_that_leads_astray_is_named_with_its_line(link: str) -> None:
    with pytest.raises(BadText) as refused:
        render(f"Well\n\n{link}", HERE)

    assert (refused.value.code, refused.value.line) == ("link", 3)


def test_a_picture_is_refused() -> None:
    with pytest.raises(BadText) as refused:
        render("![us](https://example.org/pixel.gif)", HERE)

    assert (refused.value.code, refused.value.line) == ("picture", 1)


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n ", "empty"), ("a\0b", "characters"), ("x" * (MOST_CHARACTERS + 1), "long")]
)
def test_what_is_no_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadText) as refused:
        render(text, HERE)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://elsewhere.example/?u=https://leave.zweck.invalid/)",
        r"[x](https://elsewhere.example/?u=https://leave.zweck\.invalid/)",
        "[x](https://elsewhere.example/?u=https://mine.zweck&#46;invalid/)",
        "[x](https://mine.zweck。invalid/)",
        r'[x](https://elsewhere.example "https://mine.zweck\.invalid/")',
        "https://leave.zweck&#x2e;invalid/",
    ],
)
def test_no_text_carries_a_reader_s_own_link_elsewhere(text: str) -> None:
    with pytest.raises(BadText, match=r"zweck\.invalid"):
        render(text, HERE)


def test_windows_line_ends_change_nothing() -> None:
    assert render(LETTER.replace("\n", "\r\n"), HERE) == render(LETTER, HERE)
