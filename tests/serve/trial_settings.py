"""The service's settings with pages and works that are awkward on purpose."""

from zweck.settings import *  # noqa: F403
from zweck.settings import INSTALLED_APPS

ROOT_URLCONF = "tests.serve.trial_pages"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.serve.trial_app.Trial"]
