from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0005_imports")]

    operations = [migrations.AddField("leg", "held_due_at", models.DateTimeField(null=True))]
