"""Three consent banners from npm, as their own documents say to put them into a page."""

import shutil
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "node_modules"
# What of each package a page loads.
FILES = {
    "klaro": ("klaro/dist/klaro.js",),
    "vanilla": ("vanilla-cookieconsent/dist/cookieconsent.umd.js", "vanilla-cookieconsent/dist/cookieconsent.css"),
    "orejime": ("orejime/dist/orejime-standard-en.js", "orejime/dist/orejime-standard.css"),
}
BANNERS = tuple(FILES)


def markup(name: str) -> str:
    """What goes at the end of every page's body."""
    return (HERE / f"{name}.html").read_text()


def put(folder: Path) -> None:
    """Put all that pages load into a folder, which is to be served as /consent/."""
    folder.mkdir(parents=True, exist_ok=True)
    for files in FILES.values():
        for file in files:
            shutil.copy(PACKAGES / file, folder)
    shutil.copy(HERE / "stats.txt", folder / "stats.js")
