"""consent.refuse: refusing takes no more than accepting, as the two are drawn in a real browser."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from zweck.eye.values import Banner, Button
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import CHOICES
from zweck.proof.pages import Fetched
from zweck.proof.scratch import both, in_pages, relay, unaltered, without_header
from zweck.proof.served import pages_named
from zweck.proof.walks import question_at

WIDTHS = (320, 768, 1280)
_TENTH = 0.1
_REFUSE = '<button name="action" value="refuse">'
_PALER = "<style>button[value=refuse]{color:#999!important;background:none!important;border:0!important}</style>"
_SMALLER = "<style>button[value=refuse]{font-size:.6rem!important;padding:0!important;min-height:0!important}</style>"
_LARGER = "<style>button[value=refuse]{font-size:1.6rem!important;padding:2rem!important}</style>"


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Same layer, clicks, element, size, padding, weight and contrast, at three widths and in each language."""
    trouble = tuple(_wrongs(target))
    figures: dict[str, Figure] = {
        "widths": [f"{width} px" for width in WIDTHS],
        "languages": sorted(pages_named(target, "home")),
    }
    return Finding(not trouble, "both answers as a browser draws them, at three widths", figures, trouble)


def _wrongs(target: Target) -> Iterator[str]:
    for place, (language, page) in enumerate(pages_named(target, "home").items()):
        # Where least room is, languages differ; in the others the first one stands for all.
        for width in WIDTHS if place == 0 else WIDTHS[:1]:
            wrongs = [f"{language}, {width} px: {w}" for w in _unequal(question_at(target, page.path, width))]
            yield from wrongs
            if wrongs:
                return  # what is wrong at one width need not be looked at in the others


def _unequal(banner: Banner | None) -> Iterator[str]:
    if banner is None or banner.accept is None:
        yield "no question is drawn"
        return
    yes, no = banner.accept, banner.refuse
    if no is None:
        yield "there is nothing to refuse with"
        return
    if no.layer != 1 or no.clicks > yes.clicks:
        yield f"refusing takes {no.clicks} clicks on layer {no.layer}, accepting {yes.clicks} on layer {yes.layer}"
    if yes.in_view and not no.in_view:
        yield "refusing needs scrolling, accepting does not"
    yield from _drawn_otherwise(no, yes)
    yield from (f"“{box.label}” is ticked beforehand" for box in banner.boxes if box.checked)


def _drawn_otherwise(no: Button, yes: Button) -> Iterator[str]:
    for what, this, that in (("element", no.tag, yes.tag), ("weight", no.weight, yes.weight)):
        if this != that:
            yield f"{what} of refuse: {this}, of accept: {that}"
    measures = (
        ("size of type", no.font_px, yes.font_px),
        ("area", no.area, yes.area),
        ("padding", no.padding, yes.padding),
        ("contrast", no.contrast, yes.contrast),
        ("contrast of the button", no.fill, yes.fill),
    )
    for what, one, other in measures:
        # More is not equal either: what stands out among others is what is not meant, or looks like a warning.
        if min(one, other) < max(one, other) * (1 - _TENTH):
            yield f"{what} of refuse: {one:.1f}, of accept: {other:.1f}"


def _styled(target: Target, style: str) -> AbstractContextManager[Target]:
    styling = in_pages(lambda text: text.replace("</head>", f"{style}</head>"))
    return relay(target, both(without_header("content-security-policy"), styling))


def plant_paler(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A refusal in grey."""
    return _styled(target, _PALER)


def plant_smaller(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A refusal in small print."""
    return _styled(target, _SMALLER)


def plant_larger(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A refusal that shouts."""
    return _styled(target, _LARGER)


def plant_deeper(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A refusal that is found only on the page of all choices."""
    deeper = {page.path for page in pages_named(target, CHOICES).values()}
    hiding = in_pages(lambda text: text.replace(_REFUSE, '<button hidden name="action" value="refuse">'))

    def alter(answer: Fetched) -> Fetched:
        return answer if answer.path in deeper else hiding(answer)

    return relay(target, alter)


PROOF = Proof(
    "consent.refuse",
    check,
    plant_paler,
    Reach.HOST,
    quick=False,
    needs=("http", "browser"),
    more_plants=(plant_smaller, plant_larger, plant_deeper),
    stage=unaltered,
)
