"""Enquiries and their messages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("ident", models.BinaryField(max_length=10, unique=True)),
                ("site", models.CharField(max_length=60)),
                ("place", models.CharField(blank=True, max_length=60)),
                ("subject", models.BinaryField(max_length=16)),
                ("grant", models.BinaryField(max_length=16)),
                ("purpose", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=3)),
                ("way", models.CharField(max_length=10)),
                ("state", models.CharField(default="open", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("said_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("taken_by", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "state", "said_at"], name="enquiries_waiting"),
                    models.Index(fields=["subject"], name="enquiries_of_subject"),
                    models.Index(fields=["until"], name="enquiries_until"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.BinaryField(max_length=16)),
                ("by", models.CharField(max_length=60)),
                ("way", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("is_elsewhere", models.BooleanField(default=False)),
                ("left_out", models.PositiveSmallIntegerField(default=0)),
                ("letter", models.BigIntegerField(null=True)),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="enquiries.thread"
                    ),
                ),
            ],
        ),
    ]
