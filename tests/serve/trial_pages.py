"""Pages that are slow, fail, stream, act, and tell what they were handed."""

import time
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from zweck.console.models import Staff


def slow(request: HttpRequest) -> HttpResponse:
    """Takes its time."""
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("slow but sure")


def fails(_request: HttpRequest) -> HttpResponse:
    """Quotes somebody."""
    raise ValueError("ben@example.org is not a number")


@csrf_exempt
def size(request: HttpRequest) -> HttpResponse:
    """How much arrived."""
    return HttpResponse(str(len(request.body)))


def form(_request: HttpRequest) -> HttpResponse:
    """Takes a form."""
    return HttpResponse("taken")


@csrf_exempt
def act(request: HttpRequest) -> HttpResponse:
    """Accepts an act: what is answered is stored."""
    Staff.objects.create(name=request.GET["name"], added_at=timezone.now())
    return HttpResponse("accepted")


def handed(request: HttpRequest) -> HttpResponse:
    """What the request carries of where it came from."""
    texts = {key: value for key, value in request.META.items() if isinstance(value, str) and key.isupper()}
    about = {"host": request.get_host(), "scheme": request.scheme, "rate": request.META.get("zweck.rate_key")}
    return JsonResponse({"about": about, "meta": texts})


def flows(request: HttpRequest) -> StreamingHttpResponse:
    """A stream; breaks half-way when asked to."""

    def parts() -> Iterator[bytes]:
        yield b"first\n"
        Staff.objects.count()
        if "break" in request.GET:
            raise ValueError("ben@example.org is not a number")
        yield b"last\n"

    return StreamingHttpResponse(parts())


def cookie(_request: HttpRequest) -> HttpResponse:
    """Sets a cookie."""
    answer = HttpResponse("set")
    answer.set_cookie("zweck-choice", "x", httponly=True)
    return answer


urlpatterns = [path(view.__name__, view) for view in (slow, fails, size, form, act, handed, flows, cookie)]
