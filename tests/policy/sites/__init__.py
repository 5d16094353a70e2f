"""Policies of other sites that the tests read, and the two that ship."""

from pathlib import Path

from zweck.policy.load import load
from zweck.policy.model import Policy

HERE = Path(__file__).parent
SHIPPED = HERE.parents[2] / "policies"


def site(name: str) -> Policy:
    """A policy by its file's name: a test site, or one that ships."""
    own = HERE / f"{name}.toml"
    return load(own if own.exists() else SHIPPED / f"{name}.toml").policy


def edited(policy: Policy, **changes: object) -> Policy:
    """The policy with some of its top-level tables replaced by plain data."""
    return Policy.model_validate({**policy.model_dump(), **changes})
