"""What it costs to take a form, from the request to the row on disk: `python -m bench.form`, processor time.

The whole of Django's way is in it (view, checks, text, claim, and the room with its grant, sealed values, ledger entry
and mail), on SQLite as acts are committed here. A sender is new each time, as at the first time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.figures import Figure, keep, load_now
from bench.ledger import set_up
from bench.serving import ROOT

ROUNDS, LIMIT_MS = 200, 15.0
HOST = "www.example.com"
FORMS = {
    "newsletter": ("/newsletter", {"email": "ben{n}@example.org"}),
    "trial": ("/trial", {"name": "Ben", "email": "ben{n}@example.org", "organisation": "Example"}),
    "enquiry": ("/support", {"name": "Ben", "email": "ben{n}@example.org", "message": "Good day, " * 40}),
}


def cell() -> dict[str, float]:
    """Median milliseconds of processor time for each form."""
    set_up("durable")
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from zweck.editions import acts as editions
    from zweck.site.forms import pace, slip
    from zweck.site.forms.told import told

    for alias in settings.DATABASES:
        call_command("migrate", verbosity=0, database=alias)
    editions.take_up(datetime.now(UTC))
    edition = editions.site_for(HOST)
    assert edition is not None
    client = Client(headers={"Host": HOST, "Origin": f"https://{HOST}"})
    found = {}
    for form, (path, fields) in FORMS.items():
        taken = []
        for n in range(ROUNDS):
            pace.clear()
            note = slip.new(edition.site, form, "en", told(edition, form, "en").sha256, datetime.now(UTC))
            sent = {name: value.format(n=n) for name, value in fields.items()} | {"slip": note}
            start = time.process_time()
            answer = client.post(path, sent, secure=True)
            taken.append((time.process_time() - start) * 1e3)
            assert answer.status_code == 200, answer.status_code
        found[form] = round(median(taken), 2)
    return found


def main() -> int:
    """Run it in a process and a folder of its own, and keep the figures."""
    load = load_now()
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as folder:
        environment = {
            "ZWECK_DATA": f"{folder}/data",
            "ZWECK_KEYS": f"{folder}/keys",
            "ZWECK_PLACE": "virginia",
            "ZWECK_POLICY": str(ROOT / "policies" / "reference.toml"),
        }
        Path(folder, "data").mkdir()
        Path(folder, "keys").mkdir(mode=0o700)
        env = os.environ | environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        command = [sys.executable, "-m", "bench.form", "cell"]
        done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return keep(
        "form", [Figure(f"{form} form, sent to stored", ms, "CPU-ms", LIMIT_MS) for form, ms in found.items()], load
    )


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(cell()))
        sys.exit(0)
    sys.exit(main())
