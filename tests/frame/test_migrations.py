"""Migrations: one line per room, each can be taken back, and together they make the tables that the models describe."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from tests.databases import Scratch

ROOMS = {config.label for config in apps.get_app_configs() if config.name.startswith("zweck.")}


@pytest.mark.django_db
def test_no_model_changed_without_a_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_each_rooms_migrations_are_one_line() -> None:
    graph = MigrationLoader(None).graph
    followed = Counter(
        parent.key
        for node in graph.node_map.values()
        for parent in node.parents
        if node.key[0] == parent.key[0] and node.key[0] in ROOMS
    )

    assert {key: times for key, times in followed.items() if times > 1} == {}
    assert Counter(room for room, _ in graph.leaf_nodes() if room in ROOMS) == {
        room: 1 for room in ROOMS if any(key[0] == room for key in graph.nodes)
    }


def test_every_migration_can_be_taken_back() -> None:
    graph = MigrationLoader(None).graph
    final = [
        f"{room} {name}: {type(operation).__name__}"
        for (room, name), migration in graph.nodes.items()
        if room in ROOMS
        for operation in migration.operations
        if not operation.reversible
    ]

    assert final == []


def test_every_room_goes_down_and_comes_up_again(scratch_database: Scratch) -> None:
    with scratch_database.as_owner() as connection:
        before = set(connection.introspection.table_names())

        for room in sorted(ROOMS & MigrationLoader(None).migrated_apps):
            call_command("migrate", room, "zero", verbosity=0, interactive=False)
        bare = set(connection.introspection.table_names())
        call_command("migrate", verbosity=0, interactive=False)

        assert not [table for table in bare if table.partition("_")[0] in ROOMS]
        assert set(connection.introspection.table_names()) == before
