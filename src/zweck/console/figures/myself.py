"""The staff page that takes this browser out of the measurement, by the very opt-out that visitors have."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zweck.consent import acts as consent
from zweck.console.figures.door import Desk, readers_only
from zweck.console.figures.pages import speaker_for
from zweck.console.figures.spoken import Context
from zweck.console.views import page
from zweck.measure import acts as measure


@readers_only
@require_safe
def myself(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Whether this browser is measured, and the button that changes it. The form goes where visitors' forms go."""
    policy, speaker = desk.edition.policy, speaker_for(request, desk)
    sent = (str(request.META.get(key, "")) for key in ("HTTP_COOKIE", "HTTP_SEC_GPC", "HTTP_DNT"))
    found = measure.status(policy, consent.visitor_of(policy, *sent), "", desk.now)
    language = speaker.words.language if speaker.words.language in policy.languages else policy.languages[0]
    context: Context = {"measured": found.measured, "is_out": found.because == "out"}
    if policy.systems.measurement and policy.systems.measurement.opt_out_days:
        context["token"] = consent.question(desk.edition, language, "choices", desk.now).token
        context["action"] = "opt-in" if found.because == "out" else "opt-out"
    return page(request, "figures/myself", context)
