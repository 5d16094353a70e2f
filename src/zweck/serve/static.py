"""Static files: collected when they changed, then served by the front under names that never change their content."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from whitenoise import WhiteNoise
from whitenoise.responders import Redirect

from zweck import __version__
from zweck.doors import Answer
from zweck.serve.database import prepare
from zweck.serve.folders import write_whole

STAMP = "static.stamp"


def stamp() -> str:
    """Changes when a static file of the code changes."""
    seen = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            seen.update(f"\n{path} {about.st_size} {about.st_mtime_ns}".encode())
    return seen.hexdigest()


def collect() -> bool:
    """Collect the static files, unless they lie there as they are. Returns whether it was needed."""
    mark, fresh = settings.DATA / STAMP, stamp()
    if mark.exists() and mark.read_text() == fresh and Path(settings.STATIC_ROOT).is_dir():
        return False
    prepare("static")
    write_whole(mark, fresh.encode())
    return True


class StaticFiles:
    """Answers a path under /static/ from the collected files, which it knows by name."""

    def __init__(self, root: Path) -> None:
        root.mkdir(exist_ok=True)
        # Django's names carry a hash, `page.0123456789ab.css`: such a file may be kept for good.
        self._files = WhiteNoise(
            None, root=str(root), prefix="/static/", immutable_file_test=r"\.[0-9a-f]{12}\.", allow_all_origins=False
        ).files

    def __call__(self, environ: dict[str, Any]) -> Answer | None:  # Any: as in the front
        file = self._files.get(environ["PATH_INFO"])
        if file is None or isinstance(file, Redirect):
            return None
        found = file.get_response(environ["REQUEST_METHOD"], environ)
        status = HTTPStatus(found.status)
        body = b""
        if found.file is not None:
            with found.file:
                body = found.file.read()
        return Answer(f"{status.value} {status.phrase}", tuple(found.headers), body)
