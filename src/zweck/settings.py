"""Django's settings, one flat file. What the operator sets comes from the environment; what the site's owner
promises is in the policy and never here.
"""

import os
from pathlib import Path

DATA = Path(os.environ.get("ZWECK_DATA", "zweck-data")).absolute()
KEYS = Path(os.environ.get("ZWECK_KEYS", DATA.with_name(DATA.name + "-keys"))).absolute()

SECRET_KEY = "set-by-serve"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "console.Staff"
ROOT_URLCONF = "zweck.urls"
WSGI_APPLICATION = "zweck.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "zweck.ledger",
    "zweck.editions",
    "zweck.disclosure",
    "zweck.proof",
    "zweck.site",
    "zweck.console",
]
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "zweck.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA secure_delete=ON;PRAGMA recursive_triggers=ON",
        },
    }
}
