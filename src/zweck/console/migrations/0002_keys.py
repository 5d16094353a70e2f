"""Keys to figures: tokens of the API, and shared links."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEY = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("digest", models.CharField(max_length=64, unique=True)),
    ("name", models.CharField(max_length=60)),
    ("site", models.CharField(max_length=60)),
    ("added_at", models.DateTimeField()),
    ("revoked_at", models.DateTimeField(null=True)),
]


def account():
    return (
        "account",
        models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
    )


class Migration(migrations.Migration):
    dependencies = [("console", "0001_initial")]
    operations = [
        migrations.CreateModel(name="Token", fields=[*KEY, account()]),
        migrations.CreateModel(
            name="Share",
            fields=[*KEY, account(), ("ranges", models.JSONField(default=list)), ("ends_at", models.DateTimeField())],
        ),
    ]
