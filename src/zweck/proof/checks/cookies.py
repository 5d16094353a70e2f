"""page.cookie-free: opening any public page leaves nothing on the visitor's device."""

from contextlib import AbstractContextManager

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.gaze import look_at
from zweck.proof.markup import read
from zweck.proof.pages import Pages, pages_of
from zweck.proof.scratch import both, in_pages, relay, unaltered, with_header, without_header

_STORES = '<script>localStorage.setItem("planted", "1")</script></body>'


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """No answer sets a cookie, and a browser that opened the pages has an empty jar and an empty storage.

    What the headers say is enough for a red; a green needs the browser.
    """
    pages = pages_of(target)
    paths = _paths(pages)
    setting = [f"{path}: sets {_name(cookie)}" for path in paths if (cookie := pages.fetch(path).header("set-cookie"))]
    if setting:
        return Finding(False, "the headers of every public page", {"answers": len(paths)}, tuple(setting))
    looks = look_at(target)
    stored = sorted({entry for visit in looks.visits for entry in visit.storage})
    left = [f"cookie {cookie.name}" for cookie in looks.cookies] + stored
    figures: dict[str, Figure] = {
        "answers": len(paths),
        "opened": len(looks.visits),
        "left": len(left),
        "browser": looks.browser,
    }
    seen = "the headers of every public page; jar and storage of a browser that opened one page of each kind"
    return Finding(not left, seen, figures, tuple(left))


def _paths(pages: Pages) -> list[str]:
    """Every public page, an error among them, and the files they load from us."""
    paths = [page.path for page, _ in pages.public()]
    own = [source for path in paths for source in read(pages.fetch(path).text).sources if source.startswith("/")]
    return list(dict.fromkeys([*paths, *(path for path in own if not path.startswith("//"))]))


def _name(cookie: str) -> str:
    return cookie.partition("=")[0]


def plant_cookie(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A cookie on every page."""
    return relay(target, with_header("set-cookie", "planted=1; Path=/; HttpOnly"))


def plant_storage(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A script that stores something on the device."""
    storing = in_pages(lambda text: text.replace("</body>", _STORES))
    return relay(target, both(without_header("content-security-policy"), storing))


PROOF = Proof(
    "page.cookie-free",
    check,
    plant_cookie,
    Reach.HOST,
    quick=False,
    needs=("http", "browser"),
    beyond=once,
    more_plants=(plant_storage,),
    stage=unaltered,
)
