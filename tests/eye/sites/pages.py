"""What every site has that writes nothing else for it: imprint, statement, three consent scripts, and "not found"."""

from pathlib import Path

from tests.eye.sites.book import Answer, Asked

_STOCK = Path(__file__).with_name("stock")
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>
<h1>{title}</h1><main>{text}</main><p><a href="/">{home}</a></p>
<footer><a href="/{imprint}">{Imprint}</a> | <a href="/{privacy}">{Privacy}</a></footer></body></html>"""
_DE = {"language": "de", "home": "Zur Startseite", "imprint": "impressum", "privacy": "datenschutz"}
_DE |= {"Imprint": "Impressum", "Privacy": "Datenschutz"}
_EN = {"language": "en", "home": "Back to the start", "imprint": "imprint", "privacy": "privacy"}
_EN |= {"Imprint": "Imprint", "Privacy": "Privacy policy"}
_PAGES = {
    "/impressum": (_DE, "Impressum", "<p>Beispiel GmbH, Musterweg 1, 00000 Musterstadt</p>"),
    "/datenschutz": (_DE, "Datenschutzerklärung", "<p>Wir verarbeiten Daten nur, um diese Seiten auszuliefern.</p>"),
    "/imprint": (_EN, "Imprint", "<p>Example Ltd, 1 Sample Street, Sampleton</p>"),
    "/privacy": (_EN, "Privacy policy", "<p>We process data only in order to deliver these pages.</p>"),
}
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def usual(asked: Asked) -> Answer:
    """The answer where the site's own file has none."""
    if asked.path in _PAGES and not asked.third:
        words, title, text = _PAGES[asked.path]
        return Answer(200, _HTML, _PAGE.format(**words, title=title, text=text).encode())
    if asked.path.startswith("/stock/"):
        script = _STOCK / f"{Path(asked.path).stem}.txt"
        return Answer(200, (("Content-Type", "text/javascript; charset=utf-8"),), script.read_bytes())
    if asked.path.endswith(".gif"):
        return Answer(200, (("Content-Type", "image/gif"),), _PIXEL)
    if asked.path == "/favicon.ico" or asked.method == "POST":
        return Answer(204)
    return Answer(404, _HTML, b"<!doctype html><html lang='en'><title>Not found</title><p>There is no such page.</p>")
