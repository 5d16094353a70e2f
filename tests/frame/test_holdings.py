"""Every table says whether it holds personal data, or the service does not start."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from zweck import holdings
from zweck.holdings import Excused, Holding


@pytest.fixture
def letter() -> Iterator[type[models.Model]]:
    """A table somebody added."""

    class Letter(models.Model):
        person = models.CharField(max_length=60)
        text = models.TextField()
        count = models.IntegerField()

        class Meta:
            app_label = "vault"

        def __str__(self) -> str:
            return "letter"

    yield Letter
    del apps.all_models["vault"]["letter"]
    apps.clear_cache()


def judged(table: type[models.Model], *found: Holding | Excused) -> list[tuple[str, str]]:
    held = {one.model: one for one in found if isinstance(one, Holding)}
    free = {one.model: one for one in found if isinstance(one, Excused)}
    return [(str(one.id)[6:], one.msg) for one in holdings.judged([table], held, free)]


def test_every_table_of_ours_is_declared() -> None:
    assert holdings.check() == []
    assert len(holdings.holdings()) > 5
    assert {one.model for one in holdings.holdings()}.isdisjoint(one.model for one in holdings.excused())


def test_what_is_declared_exists() -> None:
    there = {table._meta.label for table in apps.get_models(include_auto_created=True)}
    declared = {one.model for one in holdings.holdings()} | {one.model for one in holdings.excused()}

    assert declared <= there


def test_a_table_nobody_spoke_for_is_named_with_its_file(letter: type[models.Model]) -> None:
    ((number, message),) = judged(letter)

    assert number == "E001"
    assert "test_holdings.py: vault.Letter" in message


def test_a_forgotten_column_is_named(letter: type[models.Model]) -> None:
    found = judged(letter, Holding("vault.Letter", "person", {"person": "name", "text": "message"}, ["id"]))

    assert [(number, message.partition(": ")[2]) for number, message in found] == [
        ("E002", "vault.Letter.count: this column is in no holding")
    ]


def test_a_kind_outside_the_closed_list_is_refused(letter: type[models.Model]) -> None:
    found = judged(letter, Holding("vault.Letter", "person", {"person": "shoe", "text": "message"}, ["id", "count"]))

    assert [number for number, _ in found] == ["E003"]


def test_free_text_and_names_are_technical_only_with_a_reason(letter: type[models.Model]) -> None:
    technical = ["id", "count", "person", "text"]

    assert [number for number, _ in judged(letter, Holding("vault.Letter", "", {}, technical))] == ["E004", "E004"]
    assert [number for number, _ in judged(letter, Excused("vault.Letter", "a test"))] == ["E004", "E004"]
    assert judged(letter, Excused("vault.Letter", "a test", {"person": "a role", "text": "a poem"})) == []
