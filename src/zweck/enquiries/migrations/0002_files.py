"""Files that come with messages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0001_threads")]
    operations = [
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.BinaryField(max_length=16)),
                ("kind", models.CharField(max_length=40)),
                ("bytes", models.PositiveIntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="enquiries.message"
                    ),
                ),
            ],
        ),
    ]
