from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0003_campaigns")]

    operations = [migrations.AddField("campaign", "reason", models.CharField(blank=True, default="", max_length=40))]
