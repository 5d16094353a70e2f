"""Which way of a change takes more, place by place: the rules of `diff`, as data.

The first rule that fits a path decides. `*` stands for any id, a last `**` for everything below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zweck.policy.reading.lines import Path

# "as-agreed": permission where a purpose touched rests on consent, else notice.
Asks = Literal["permission", "notice", "none", "as-agreed"]
NEVER_ENDS = 10**6  # days; what has no period is kept longest


@dataclass(frozen=True, slots=True)
class Rule:
    """How a change at some place is weighed.

    `order`: choices from the most to the least protective. `more`: "worse" or "better" when a number, or a truth,
    grows. Neither: every change counts. `is_table`: the rule is about entries that come; entries that stay are
    compared key by key. `by_loss`: what leaves a list counts, not what joins it.
    """

    where: str
    kind: str
    asks: Asks
    order: Sequence[object] = ()
    more: Literal["worse", "better", ""] = ""
    is_table: bool = False
    by_loss: bool = False

    def fits(self, path: Path) -> bool:
        """Whether this rule decides at this path."""
        wanted = self.where.split(".")
        if wanted[-1] == "**":
            wanted = wanted[:-1]
            path = path[: len(wanted)]
        return len(path) == len(wanted) and all(w in ("*", step) for w, step in zip(wanted, path, strict=True))

    @property
    def looks_below(self) -> bool:
        """Whether two tables at this place are compared key by key."""
        return self.is_table or self.where.endswith(".**")

    def is_worse(self, before: object, after: object) -> bool:
        """Whether going from `before` to `after` takes more from people, or gives them less."""
        if self.order:
            return _place(self.order, after) > _place(self.order, before)
        if self.more and isinstance(before, int | None) and isinstance(after, int | None):
            grown = _number(after) > _number(before)
            return grown if self.more == "worse" else not grown
        return True


def _place(order: Sequence[object], value: object) -> int:
    return order.index(value) if value in order else -1


def _number(value: int | None) -> int:
    return NEVER_ENDS if value is None else value


def _table(where: str, kind: str, asks: Asks) -> Rule:
    return Rule(where, kind, asks, is_table=True)


ROLES = ("processor", "authority", "joint-controller", "controller")
AUDIENCE = ("everyone", "gdpr", "eu-residents", "eu-citizens", "nobody")
# Words, dates and evidence: what a person relies on does not change with them.
WORDING = """
    site date name languages time_zone publish profiles links.** controls.** statement.** attestations.**
    controller.form controller.phone controller.managed_by controller.register_court controller.register_number
    controller.vat_id controller.tax_id scope.elsewhere.** rights.heading
    places.*.name data.*.name purposes.*.name purposes.*.law forms.*.name forms.*.path forms.*.intro
    forms.*.thanks forms.*.fields forms.*.fields.** technologies.*.why_essential
    mechanisms.*.name mechanisms.*.law mechanisms.*.url mechanisms.*.certified_until mechanisms.*.copy_at
    recipients.*.url recipients.*.contract_on recipients.*.evidence recipients.*.evidence_until
    retention.*.name retention.*.law retention.*.starts measures.*.name measures.*.attested_until
    systems.measurement.product systems.measurement.code_quoted
"""

RULES: tuple[Rule, ...] = (
    *(Rule(where, "wording", "none") for where in WORDING.split()),
    # Purposes.
    _table("purposes.*", "new-purpose", "permission"),
    Rule("purposes.*.data", "widened", "permission"),
    Rule("purposes.*.basis", "basis", "as-agreed"),
    Rule("purposes.*.recipients", "new-recipient", "as-agreed"),
    Rule("purposes.*.places", "new-place", "as-agreed"),
    Rule("purposes.*.retention", "longer", "as-agreed"),
    Rule("purposes.*.opt_in", "unasked", "as-agreed", order=("double", "form", "none", None)),
    Rule("purposes.*.consent_mode", "unasked", "permission", order=("ask", "opt-out", "none", None)),
    Rule("purposes.*.automated_decision", "weaker", "permission", order=(False, None, True)),
    Rule("purposes.*.about_companies", "other", "notice"),
    Rule("purposes.*.offered_to", "other", "notice"),  # whoever it names is asked by the activation itself
    # What is taken, where it rests, who receives it.
    _table("data.*", "other", "none"),
    Rule("data.*.personal", "widened", "as-agreed", more="worse"),
    Rule("data.*.special", "widened", "permission", more="worse"),
    Rule("data.*.source", "widened", "as-agreed"),
    _table("forms.*", "other", "none"),
    # What follows when a form is sent touches nobody who has sent it already; opt-in and basis are the purpose's.
    Rule("forms.*.kind", "other", "none"),
    Rule("forms.*.asks", "widened", "notice"),
    Rule("forms.*.optional", "other", "notice", by_loss=True),
    Rule("forms.*.says_why", "lost-promise", "notice", more="better"),
    _table("places.*", "new-place", "notice"),
    Rule("places.*.country", "new-place", "notice"),
    Rule("places.*.region", "new-place", "notice"),
    Rule("places.*.provider", "new-recipient", "notice"),
    _table("recipients.*", "new-recipient", "notice"),
    Rule("recipients.*.role", "weaker", "as-agreed", order=ROLES),
    Rule("recipients.*.receives", "widened", "as-agreed"),
    Rule("recipients.*.mechanism", "new-mechanism", "notice"),
    _table("mechanisms.*", "new-mechanism", "notice"),
    _table("retention.*", "other", "notice"),
    Rule("retention.*.purposes", "other", "notice"),
    Rule("retention.*.days", "longer", "as-agreed", more="worse"),
    Rule("retention.*.counted_from", "longer", "as-agreed", order=("event", "end-of-year")),
    # The visitor's device.
    _table("technologies.*", "new-technology", "as-agreed"),
    Rule("technologies.*.essential", "unasked", "permission", more="worse"),
    Rule("technologies.*.lifetime_days", "longer", "as-agreed", more="worse"),
    # Rights.
    Rule("rights.audience", "lost-right", "permission", order=AUDIENCE),
    Rule("rights.new_purpose_asks", "lost-right", "permission", order=AUDIENCE),
    Rule("rights.answer_days", "lost-right", "notice", more="worse"),
    Rule("rights.granted.*", "lost-right", "permission", is_table=True, by_loss=True),
    Rule(
        "rights.granted.*.condition",
        "lost-right",
        "permission",
        order=("none", "proved-identity", "demonstrably-wrong"),
    ),
    Rule("claims.*", "lost-promise", "notice", is_table=True, by_loss=True),
    Rule("measures.*", "lost-promise", "notice", is_table=True, by_loss=True),
    # Systems.
    _table("systems.*", "new-system", "notice"),
    Rule("systems.addresses.uses", "weaker", "notice"),
    Rule("systems.addresses.recognises", "weaker", "notice", order=("nothing", "domain", "full-address")),
    Rule("systems.addresses.retention_days", "longer", "notice", more="worse"),
    Rule("systems.security_log.addresses", "weaker", "notice", order=("cut", "full")),
    Rule("systems.security_log.days", "longer", "notice", more="worse"),
    Rule("systems.security_log.break_glass", "weaker", "notice", more="better"),
    Rule("systems.security_log.trace_through_authority", "weaker", "notice", more="better"),
    Rule("systems.security_log.profiles", "weaker", "permission", more="worse"),
    Rule(
        "systems.geolocation.precision",
        "weaker",
        "notice",
        order=("country", "country-and-us-state", "city"),
    ),
    Rule("systems.geolocation.stores", "weaker", "notice", more="worse"),
    Rule("systems.geolocation.currency.**", "other", "none"),  # a proposal that everybody may change
    Rule("systems.geolocation.place", "other", "none"),
    Rule("systems.geolocation.place.**", "other", "none"),
    Rule("systems.company_visits.provider", "new-recipient", "notice"),
    Rule("systems.company_visits.sends_address", "weaker", "permission", more="worse"),
    Rule("systems.company_visits.records", "widened", "notice"),
    Rule("systems.company_visits.uses", "weaker", "notice"),
    Rule("systems.company_visits.drops", "weaker", "notice", by_loss=True),
    Rule("systems.measurement.provider", "new-recipient", "notice"),
    Rule("systems.measurement.permission", "unasked", "permission", order=("consent", "opt-out", "none")),
    Rule(
        "systems.measurement.addresses",
        "weaker",
        "permission",
        order=("cut-before-use", "cut-if-switched-on", "full"),
    ),
    Rule("systems.measurement.cut_v4", "weaker", "permission", more="worse"),
    Rule("systems.measurement.cut_v6", "weaker", "permission", more="worse"),
    Rule("systems.measurement.merges", "weaker", "permission", more="worse"),
    Rule("systems.measurement.trails", "weaker", "permission", more="worse"),
    Rule("systems.measurement.honours_signals", "unasked", "permission", more="better"),
    Rule("systems.measurement.dimensions", "widened", "notice"),
    Rule("systems.measurement.events", "widened", "notice"),
    Rule("systems.measurement.excluded_paths", "widened", "notice", by_loss=True),
    Rule("systems.measurement.goals", "other", "none"),
    Rule("systems.measurement.goals.**", "other", "none"),  # another reading of what is taken down anyway
    Rule("systems.measurement.funnels", "other", "none"),
    Rule("systems.measurement.funnels.**", "other", "none"),
    Rule("systems.measurement.tag_id", "other", "none"),
    Rule("systems.measurement.opt_out_days", "lost-right", "notice", more="better"),
    Rule("systems.measurement.keeps_events_days", "longer", "notice", more="worse"),
    Rule("systems.measurement.least_group", "weaker", "notice", more="better"),
    Rule("systems.mail.provider", "new-recipient", "notice"),
    Rule("systems.mail.one_click", "lost-right", "notice", more="better"),
    Rule("systems.mail.unsubscribe", "lost-right", "notice", order=("at-once", "within-days")),
    Rule("systems.trials", "other", "none"),
    Rule("systems.trials.days", "lost-right", "notice", more="better"),
    Rule("systems.trials.notice_days", "lost-right", "notice", more="better"),
    Rule("systems.mail.enquiries", "other", "none"),  # another way to write to us, for a declared purpose
    Rule("systems.payment.provider", "new-recipient", "notice"),
    Rule("systems.payment.integration", "weaker", "notice", order=("redirect", "frame", "own-form")),
    Rule("systems.payment.stores_payment_data", "weaker", "permission", more="worse"),
)
