"""Django as a WSGI application; `zweck.front` stands before it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")
application = get_wsgi_application()
