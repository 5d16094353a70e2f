"""A WordPress of Debian's package with a database of its own, in a folder that goes at the end."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.eye.real import banners
from tests.eye.real.processes import answers, ended, free_port, wait

HERE = Path(__file__).parent
PACKAGE = Path("/usr/share/wordpress")


def lacks() -> str:
    """What of it is not installed; "" = nothing."""
    there = PACKAGE.is_dir() and shutil.which("php")
    return "" if there and _mariadbd() else "apt-get install wordpress php-cli php-mysql mariadb-server-core"


class Running:
    """A WordPress that answers. One banner at a time."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self._root = root

    def show(self, banner: str) -> None:
        """Put a banner on every page, in place of the one before."""
        (self._root / "banner.html").write_text(banners.markup(banner) if banner else "")


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Set it up and serve it on a free port, until the context ends."""
    root, port = folder / "www", free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.enter_context(_database(folder / "db"))
        _unpack(root, folder / "db" / "socket", url)
        _php(root, str(HERE / "set_up.php"))
        command = ["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{port}", "-t", str(root)]
        stack.enter_context(ended(command, folder / "php.log", PHP_CLI_SERVER_WORKERS="4"))
        wait(lambda: answers(port), folder / "php.log")
        yield Running(url, root)


def _unpack(root: Path, database: Path, url: str) -> None:
    shutil.copytree(PACKAGE, root, symlinks=False, ignore_dangling_symlinks=True)
    (root / "wp-config.php").write_text(
        (HERE / "wp-config.php").read_text().replace("{socket}", str(database)).replace("{url}", url)
    )
    plugins = root / "wp-content" / "mu-plugins"
    plugins.mkdir()
    shutil.copy(HERE / "banner.php", plugins)
    banners.put(root / "consent")
    (root / "banner.html").write_text("")


def _mariadbd() -> str | None:
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """An empty MariaDB on a socket of its own, that nobody else can reach."""
    folder.mkdir(parents=True)
    who = ["--user=root"] if os.geteuid() == 0 else []
    made = ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([*made, f"--datadir={folder}/data", *who], check=True, stdout=subprocess.DEVNULL)
    at = [f"--datadir={folder}/data", f"--socket={folder}/socket", f"--pid-file={folder}/pid", "--skip-networking"]
    small = ["--innodb-buffer-pool-size=32M", "--performance-schema=off", "--innodb-flush-log-at-trx-commit=0"]
    with ended([str(_mariadbd()), "--no-defaults", *at, *small, *who], folder / "log"):
        wait((folder / "socket").exists, folder / "log")
        yield


def _php(root: Path, script: str) -> None:
    done = subprocess.run(["php", script, str(root)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"WordPress could not be set up: {done.stdout[-2000:]}{done.stderr[-2000:]}")
