"""What a visitor's browser looks like: an ordinary one, unless the visitor is to be known as a robot."""

from typing import Any

from playwright.async_api import Browser, BrowserContext

Said = dict[str, Any]  # Any: JSON

_DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
_PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"
)
_ROBOT = " (compatible; ZweckBot/1.0; robot)"
_SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


async def new_profile(browser: Browser, profile: Said, proxy: str) -> BrowserContext:
    """A fresh profile on a device, behind a proxy."""
    usual, height = _SIZES[profile["device"]]
    width = profile["width"] or usual
    context = await browser.new_context(
        proxy={"server": proxy},
        user_agent=user_agent(browser.version, profile),
        locale=profile["languages"][0],
        viewport={"width": width, "height": height},
        screen={"width": width, "height": height},
        is_mobile=profile["device"] == "phone",
        has_touch=profile["device"] == "phone",
        extra_http_headers={"Sec-GPC": "1"} if profile["gpc"] else {},
        accept_downloads=False,
    )
    await context.grant_permissions([])  # none, so that nothing asks
    return context


def user_agent(version: str, profile: Said) -> str:
    """What the browser calls itself. Chrome tells its major version only."""
    form = _PHONE if profile["device"] == "phone" else _DESKTOP
    return form.format(version.partition(".")[0]) + (_ROBOT if profile["robot"] else "")


def identity(version: str, profile: Said) -> Said:
    """The same for `Emulation.setUserAgentOverride`: with all languages, and client hints of an ordinary browser."""
    major, phone = version.partition(".")[0], profile["device"] == "phone"
    brands = [{"brand": "Chromium", "version": major}, {"brand": "Not_A Brand", "version": "24"}]
    return {
        "userAgent": user_agent(version, profile),
        "acceptLanguage": ",".join(profile["languages"]),
        "platform": "Linux armv81" if phone else "Linux x86_64",
        "userAgentMetadata": {
            "brands": brands,
            "fullVersionList": [{**one, "version": f"{one['version']}.0.0.0"} for one in brands],
            "platform": "Android" if phone else "Linux",
            "platformVersion": "10" if phone else "6.1.0",
            "architecture": "" if phone else "x86",
            "model": "K" if phone else "",
            "mobile": phone,
        },
    }
