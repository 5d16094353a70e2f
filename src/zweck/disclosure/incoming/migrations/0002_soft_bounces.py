"""Mails that could not be delivered for now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incoming", "0001_taken")]
    operations = [
        migrations.CreateModel(
            name="SoftBounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=60)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["site", "fingerprint", "at"], name="incoming_soft_bounces")],
            },
        ),
    ]
