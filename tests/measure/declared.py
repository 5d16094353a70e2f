"""The reference policy with another measurement."""

from pathlib import Path

from zweck.policy.load import load
from zweck.policy.model import Policy

REFERENCE = load(Path(__file__).parents[2] / "policies" / "reference.toml").policy


def declared(**changed: object) -> Policy:
    """The reference policy with these keys of measurement changed; what the purpose asks follows `permission`."""
    measurement = REFERENCE.systems.measurement
    assert measurement is not None
    systems = REFERENCE.systems.model_copy(update={"measurement": measurement.model_copy(update=changed)})
    mode = {"consent": "ask"}.get(str(changed.get("permission", "consent")), changed.get("permission"))
    purpose = REFERENCE.purposes["measurement"].model_copy(update={"consent_mode": mode})
    return REFERENCE.model_copy(update={"systems": systems, "purposes": {**REFERENCE.purposes, "measurement": purpose}})
