"""The staff page of questions about new purposes: whom we asked, what they said, and a button that stops asking."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from zweck.console.mailing.door import MAILING, Desk, watchers_only
from zweck.console.views import Context, page
from zweck.mailing import acts as mailing
from zweck.mailing.errors import MailingError

QUESTIONS = f"{MAILING}/questions"


@watchers_only
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every question of the site that this account may see."""
    seen = [one for one in mailing.questions(desk.site, desk.now) if desk.watches or one.purpose in desk.purposes]
    if request.method != "POST":
        return page(request, "mailing/questions", {"rows": [_row(desk, one) for one in seen]})
    number = request.POST.get("stop", "")
    if number not in (str(one.number) for one in seen):
        raise Http404("question")
    try:
        mailing.stop(desk.site, int(number), desk.by, desk.now)
    except MailingError:
        raise Http404("question") from None
    return HttpResponseRedirect(QUESTIONS, status=HTTPStatus.SEE_OTHER)


def _row(desk: Desk, one: mailing.Standing) -> Context:
    counts = [(name, getattr(one, name)) for name in ("asked", "yes", "no", "silent")]
    return {
        "number": one.number,
        "name": desk.name(one.purpose),
        "of": desk.said.list(desk.name(purpose) for purpose in one.concerned),
        "since": desk.moment(one.asked_at),
        "until": desk.moment(one.until),
        "edition": desk.said.number(one.edition),
        "is_open": one.state == "asking",
        "state": desk.say(f"question.{one.state}"),
        "counts": [
            {"name": desk.say(f"question.count_{name}"), "count": desk.said.number(count)} for name, count in counts
        ],
    }
