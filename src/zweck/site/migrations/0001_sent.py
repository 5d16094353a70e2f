"""Forms that were sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    initial = True

    operations = (
        migrations.CreateModel(
            name="Sent",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="site_sent_at")]},
        ),
    )
