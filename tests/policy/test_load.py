"""Reading a policy: everything wrong is said at once, each with its line and what would be right."""

import hashlib
from pathlib import Path

import pytest

from tests.policy.declared import SMALL, changed, refused, said, unreadable
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import LIMIT_BYTES, load, load_all, loads
from zweck.policy.model import Policy
from zweck.policy.reading import explain


def test_a_policy_is_read_with_its_source_and_hash() -> None:
    loaded = loads(SMALL.encode(), "policy.toml")

    assert loaded.policy.site == "club"
    assert loaded.source == SMALL.encode()
    assert loaded.sha256 == hashlib.sha256(SMALL.encode()).hexdigest()
    assert loaded.lines.of("purposes.news.basis") == SMALL.split("\n").index('basis = "consent"') + 1


def test_both_policies_that_ship_are_read() -> None:
    for file in sorted(Path("policies").glob("*.toml")):
        assert load(file, ("de", "en")).policy.name


# ── files that are no policy ──


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "does not exist" in unreadable(tmp_path / "none.toml")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    assert "is a folder, name one file in it" in unreadable(tmp_path)


def test_a_huge_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    huge.write_bytes(SMALL.encode() + b"# " + b"x" * 10_000_000)

    assert "is larger than 1 MiB" in unreadable(huge)


def test_a_file_of_just_the_limit_is_read() -> None:
    filled = SMALL.encode() + b"#"
    filled += b"x" * (LIMIT_BYTES - len(filled))

    assert loads(filled, "policy.toml").policy.site == "club"


@pytest.mark.parametrize("source", [b"", b"  \n\t\n", b"\xef\xbb\xbf", b"# only a comment\n"])
def test_an_empty_file_is_said_to_be_empty(source: bytes) -> None:
    assert said(source) == ["policy.toml:1: is empty, `zweck new FILE` writes a starter"]


def test_a_binary_file_is_refused_where_it_stops_being_text() -> None:
    assert said(b"a = 1\n\x00\x01")[0].startswith("policy.toml:2: is not text")
    assert said(b"a = 1\n\nb = \xff\xfe")[0].startswith("policy.toml:3: is not UTF-8")


def test_a_byte_order_mark_does_no_harm() -> None:
    assert loads(b"\xef\xbb\xbf" + SMALL.encode(), "policy.toml").lines.of("site") == 1


def test_a_file_cut_anywhere_never_ends_in_a_traceback() -> None:
    source = SMALL.encode()
    for length in range(0, len(source), 7):
        try:
            loads(source[:length], "policy.toml")
        except PolicyErrors as errors:
            assert all(error.wrong and error.line >= 1 for error in errors.errors)


def test_a_deeply_nested_file_is_refused() -> None:
    assert "nested too deeply" in said("a = " + "[" * 5000 + "]" * 5000)[0]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a", "policy.toml:1: a key has no value (column 2), write `key = value`"),
        (
            "\nb =",
            "policy.toml:2: a value is missing where the file ends (column 4), write the rest, or remove the key",
        ),
        ('\n\nc = "x', "policy.toml:3: text in quotes is not closed (column 7), end it with the quote it began with"),
        ("[a\n", "policy.toml:1: a table header is not closed (column 3), write `[name]` on a line of its own"),
        ("a = 1\na = 2\n", "policy.toml:2: `a` is declared twice (column 6), keep one of the two"),
        ("a = { b = 1, b = 2 }", "policy.toml:1: `b` is declared twice (column 19), keep one of the two"),
    ],
)
def test_a_syntax_error_is_reported_alone_with_line_and_column(source: str, message: str) -> None:
    assert said(source) == [message]


@pytest.mark.parametrize(
    "source",
    ["a = yes", "a = 'x' b", 'a = "\\q"', 'a = "\\uZZZZ"', "a = [1 2]", "= 1", "a = '\x02'", "[[a]", 'a = "x\ny"',
     "a = 2026-13-40", "é = 1", 'a = """x', "[x]\ny = 1\n[x.y]\nz = 1", 'a = "\\ud800"', "a.b = 1\n[a]\n", "[a]]"],
)  # fmt: skip
def test_no_syntax_error_speaks_in_the_parsers_words(source: str) -> None:
    (error,) = refused(source)

    assert error.wrong.startswith(("this is not TOML",)) is False
    assert "(at " not in error.wrong


# ── types ──


def test_all_errors_come_at_once_and_in_the_order_of_the_file() -> None:
    source = changed('basis = "consent"', 'basis = "none"\nleagl = "x"').replace('"DE"\ncontact', '"Germany"\ncontact')

    errors = refused(source + '[forms.more]\nname = "More"\npurpose = "newz"\nasks = []\n')

    assert [error.path for error in errors] == [
        "controller.country", "purposes.news.basis", "purposes.news.leagl", "forms.more.purpose",
    ]  # fmt: skip
    assert [error.line for error in errors] == sorted(error.line for error in errors)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('site = "club"', "", "policy.toml:1: site: is missing, add `site = …`"),
        ('site = "club"', 'site = "Our Club"', '"Our Club" is not an id, write lower-case letters'),
        ('"https://club', '"club', "is not an origin, write scheme and host name"),
        ('"privacy@', '"privacy', "is not an e-mail address, write one such as"),
        ('["de", "en"]', '["de", "english"]', "is not a language code"),
        ('["de", "en"]', "[]", "languages: is an empty list, name at least one"),
        ("days = 30", 'days = "30"', 'days: is text ("30"), write a whole number without quotes'),
        ("days = 30", "days = 1.5", "is a number with a fraction (1.5), write a whole number"),
        ("days = 30", "days = -1", "days: -1 is too small, write 0 or more"),
        ("days = 30", "dais = 30\ndays = 30", "dais: is not a known key, did you mean `days`?"),
        ("days = 30", "zebra = 30\ndays = 30", "zebra: is not a known key, known here: record, name, "),
        ('name = "Phone"', "name = 5", "name: is a whole number (5), write text in quotes, the same for"),
        ('name = "Phone"', 'name = ""', "data.phone.name: is empty"),
        ('name = "Phone"', "name = { de = 1, en = 'x' }", "data.phone.name.de: is a whole number (1), write text"),
        ('name = "Phone"', 'name = "Phone"\npersonal = "yes"', 'is text ("yes"), write true or false without quotes'),
        ('"consent"', '"consnt"', '"consnt" is not a choice, did you mean "consent"? choose from "consent", '),
        ('jurisdiction = "DE"', 'jurisdiction = "de"', '"de" is not a jurisdiction, write a country code'),
        ("access = {}", "acess = {}", 'the key "acess" is not a choice, did you mean "access"?'),
        ("[data.phone]", "[data.Phone]", 'data.Phone: the key "Phone" is not an id'),
        ('languages = ["de", "en"]', 'languages = "de"', 'is text ("de"), write a list in square brackets'),
        ('name = "Rowing Club"', 'name = "Rowing Club"\ndate = "2026-01-31"', "write a day without quotes"),
        ('name = "Rowing Club"', 'name = "Rowing Club"\ndate = 2026-01-31T10:00:00', "is a point in time, write a day"),
        ('name = "Rowing Club"', 'name = "Rowing Club"\nsystems = 5', "systems: is a whole number (5), write a table"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_said_once_in_words_of_the_file(old: str, new: str, message: str) -> None:
    messages = said(changed(old, new))

    assert len(messages) == 1
    assert message in messages[0]


def test_two_promises_of_one_id_are_refused() -> None:
    twice = said(changed(more='\n[purposes.news]\nname = "News again"\n'))

    assert len(twice) == 1
    assert "`purposes.news` is declared twice" in twice[0]


def test_every_pattern_and_every_refusal_of_the_model_has_words() -> None:
    found = set(_constraints(Policy.model_json_schema()))

    assert {value for key, value in found if key == "pattern"} == set(explain.PATTERNS)
    assert {"minLength", "maxLength", "minItems", "minimum", "maximum"} >= {k for k, _ in found if k != "pattern"}


def _constraints(schema: object) -> list[tuple[str, str]]:
    names = ("pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum")
    if isinstance(schema, dict):
        own = [(key, str(value)) for key, value in schema.items() if key in names and not isinstance(value, dict)]
        return own + [one for below in schema.values() for one in _constraints(below)]
    return [one for below in schema for one in _constraints(below)] if isinstance(schema, list) else []


# ── folders ──


def test_a_folder_holds_one_policy_per_site(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL)
    (tmp_path / "b.toml").write_text(SMALL.replace('"club"', '"shop"').replace("club.example.com", "shop.example.com"))

    assert [loaded.policy.site for loaded in load_all(tmp_path)] == ["club", "shop"]


def test_two_sites_of_one_id_or_one_origin_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALL)

    with pytest.raises(PolicyErrors) as caught:
        load_all(tmp_path)

    first, second = caught.value.errors
    assert (first.file, first.line, first.path) == (str(tmp_path / "b.toml"), 1, "site")
    assert second.path == "scope.origins[0]"
    assert str(tmp_path / "a.toml") in second.wrong


def test_a_folder_reports_all_its_files_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a =")
    (tmp_path / "b.toml").write_text(SMALL.replace('"club"', '"Club"'))

    with pytest.raises(PolicyErrors) as caught:
        load_all(tmp_path)

    assert {Path(error.file).name for error in caught.value.errors} == {"a.toml", "b.toml"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyErrors, match="holds no policy"):
        load_all(tmp_path)


def test_a_policy_cannot_be_changed_after_it_was_read() -> None:
    policy = loads(SMALL.encode(), "policy.toml").policy

    with pytest.raises(ValueError, match="frozen"):
        Policy.__setattr__(policy, "name", "Other")


@pytest.mark.parametrize("sign", ["202E", "2066", "009B", "0007"])
def test_a_sign_that_nobody_sees_is_refused_where_it_stands(sign: str) -> None:
    hidden = SMALL.replace('name = "', f'name = "\\u{sign}', 1)

    with pytest.raises(PolicyErrors, match=rf"name: holds the unseen sign U\+{sign}"):
        loads(hidden.encode(), "policy.toml")
