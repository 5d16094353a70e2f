"""Mails that were taken, mailboxes that were looked through, and counts."""

from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Looked",
            fields=[
                ID,
                ("mailbox", models.CharField(max_length=64, unique=True)),
                ("validity", models.BigIntegerField()),
                ("uid", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Taken",
            fields=[ID, ("mark", models.BinaryField(max_length=32, unique=True)), ("at", models.DateTimeField())],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ID,
                ("day", models.DateField()),
                ("outcome", models.CharField(max_length=10)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "outcome"), name="incoming_tally_once")]
            },
        ),
    ]
