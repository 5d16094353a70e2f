"""What a banner is known by, and how scripts are made of the files beside this one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Said = dict[str, Any]  # Any: JSON, as a page or a rule file tells it
_HERE = Path(__file__).parent


@cache
def words() -> Said:
    """The patterns of `rules/words.toml`."""
    return tomllib.loads((_HERE / "rules" / "words.toml").read_text())


@cache
def products() -> tuple[Said, ...]:
    """The rules of `rules/products.toml`, each with its `id`."""
    known = tomllib.loads((_HERE / "rules" / "products.toml").read_text())
    return tuple({"id": product_id} | rule for product_id, rule in known.items())


@cache
def script(*names: str) -> str:
    """A function of one `wish`, made of these files in order; the last one returns its answer."""
    bodies = [(_HERE / f"{name}.js").read_text() for name in names]
    return "(wish) => {\n" + "\n".join(['"use strict";', *bodies]) + "\n}"
