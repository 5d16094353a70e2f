"""The real looker: one audit through the eye. The only place of this room that knows how an audit is made."""

from zweck.eye import acts as eye
from zweck.policy.load import loads
from zweck.policy.model import Policy
from zweck.policy.words import languages
from zweck.watch.values import Looked, Wanted


def look(wanted: Wanted) -> Looked:
    """Audit a site once. Raises EyeError, and PolicyErrors for a policy that can no longer be read."""
    policy = _policy(wanted.policy)
    mission = eye.Mission(wanted.url, wanted.pages, wanted.allow_private, policy, policy.name if policy else None)
    audited = eye.audit(mission)
    if audited.is_blind:
        return Looked(why=audited.entry.trouble if audited.entry else "no-answer")
    return Looked(
        findings=audited.findings,
        html=eye.as_html(audited, wanted.language),
        json=eye.as_json(audited),
        partly=audited.seen.partly,
    )


def _policy(text: str) -> Policy | None:
    return loads(text.encode(), "policy.toml", languages()).policy if text else None
