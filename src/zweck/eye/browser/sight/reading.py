"""What an open page says, asks for and links to."""

from playwright.async_api import Page

from zweck.eye.browser.sight.asking import ask, drawn_frames
from zweck.eye.browser.sight.knowing import Said, products, script, words
from zweck.eye.parties import is_third_party, site_of

_TEXT = 100_000
BOX = {"label": 300, "name": 200, "checked": bool, "disabled": bool}
_FIELD = {**dict.fromkeys(("name", "kind", "label", "autocomplete"), 300), "required": bool, "checked": bool}
_FORM = {
    **dict.fromkeys(("action", "method", "text", "heading", "button"), 2000),
    "fields": [{**_FIELD, "hidden": bool}, 200],
    "links_statement": bool,
}
_LINK = {"url": 2000, "text": 200, "region": 20, "covered": bool}
_PAGE = {
    "forms": [_FORM, 80],
    "links": [_LINK, 400],
    "boxes": [BOX, 200],
    "text": _TEXT,
    "title": 300,
    "language": 40,
}
_NOTHING: Said = {"forms": [], "links": [], "boxes": [], "text": "", "title": "", "language": ""}


async def read(page: Page, secret: str = "") -> Said:
    """Forms, links, boxes, text, title and language, as `values.Visit` names them.

    Forms, boxes and text of the frames a visitor sees count as the page's. A page that cannot be asked says nothing.
    """
    whole: Said | None = None
    for frame, _ in await drawn_frames(page):
        wish = {"secret": secret, "words": words(), "products": products(), "framed": frame != page.main_frame}
        said = await ask(frame, script("dom", "covering", "page"), wish, _PAGE)
        if said is None:
            continue
        if whole is None:
            whole = _NOTHING | (said if frame == page.main_frame else {})
        if frame != page.main_frame:
            whole["forms"] = whole["forms"] + said["forms"]
            whole["boxes"] = whole["boxes"] + said["boxes"]
            whole["text"] = f"{whole['text']}\n{said['text']}".strip()[:_TEXT]
    told = whole or dict(_NOTHING)
    site = site_of(page.url)
    for form in told["forms"]:
        form["third_party"] = is_third_party(form["action"], site)
    return told
