"""The product's settings with a data folder of their own, so that no test writes into the working tree.

A module and not lines in conftest: the settings are read before any conftest is.
"""

import os
import tempfile

os.environ["ZWECK_DATA"] = tempfile.mkdtemp(prefix="zweck-test-")
os.environ["ZWECK_KEYS"] = tempfile.mkdtemp(prefix="zweck-test-keys-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # sync Playwright runs a loop in the test's thread

from zweck.settings import *  # noqa: F403
from zweck.settings import DATA, DATABASES, env_database

# As the reference declares them: the default database is Virginia's.
PLACES = {"": "default", "virginia": "default", "ireland": "ireland"}
OWNER_URLS = {"default": "", "ireland": ""}
DATABASES = {**DATABASES, "ireland": env_database("", DATA / "place-ireland.sqlite3", patience_seconds=10)}
