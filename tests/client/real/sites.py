"""Three sites of other people's making, each with our integration. `public`: the origin they are reached under."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.eye.real import banners
from tests.eye.real import wordpress as plain_wordpress
from tests.eye.real.processes import answers, ended, free_port, wait
from tests.running import ROOT

HERE = Path(__file__).parent
INTEGRATIONS = ROOT / "integrations"


@contextmanager
def wordpress(folder: Path, public: str) -> Iterator[str]:
    """WordPress with the plugin, switched on and set up."""
    with plain_wordpress.running(folder) as running:
        root = folder / "www"
        shutil.copytree(INTEGRATIONS / "wordpress" / "zweck", root / "wp-content" / "plugins" / "zweck")
        config = root / "wp-config.php"
        config.write_text(config.read_text().replace(running.url, public))
        script = ["php", str(HERE / "set_plugin.php"), str(root), public]
        done = subprocess.run(script, check=False, capture_output=True, text=True)
        if done.returncode or done.stdout:
            raise RuntimeError(f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
        yield running.url


@contextmanager
def next_site(folder: Path, public: str) -> Iterator[str]:
    """A Next.js site with the component in its layout, built and started."""
    app, port = folder / "app", free_port()
    url = f"http://127.0.0.1:{port}"
    shutil.copytree(HERE / "next", app)
    shutil.copy(INTEGRATIONS / "react" / "zweck.jsx", app)
    (app / "node_modules").symlink_to(banners.PACKAGES)
    env = {"NEXT_TELEMETRY_DISABLED": "1", "NEXT_PUBLIC_ZWECK": public}
    command = ["node", str(banners.PACKAGES / "next" / "dist" / "bin" / "next")]
    built = subprocess.run(
        [*command, "build"], cwd=app, env=os.environ | env, check=False, capture_output=True, text=True
    )
    if built.returncode:
        raise RuntimeError(f"next build: {built.stdout[-2000:]}{built.stderr[-2000:]}")
    start = [*command, "start", str(app), "--hostname", "127.0.0.1", "--port", str(port)]
    with ended(start, folder / "log", **env):
        wait(lambda: answers(port), folder / "log")
        yield url


@contextmanager
def django_site(folder: Path, public: str) -> Iterator[str]:
    """A Django site with the middleware and the tags."""
    folder.mkdir(parents=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ended([sys.executable, str(HERE / "django_site.py"), str(port), public], folder / "log"):
        wait(lambda: answers(port), folder / "log")
        yield url
