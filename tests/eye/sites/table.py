"""All sites with what must be found on each: "code kind subject", where `*` stands for anything.

A site's server and its other party are 127.0.0.1 and localhost, each with a port of the day.
"""

from tests.eye.sites.site import Site


def _hostile(name: str, *finds: str, may: tuple[str, ...] = (), **more: object) -> Site:
    return Site(name, "hostile", finds, may, **more)  # type: ignore[arg-type]  # keywords of Site, passed on


def _troubled(name: str, *troubles: str, **more: object) -> Site:
    return Site(name, "troubled", troubles=troubles, **more)  # type: ignore[arg-type]  # keywords of Site, passed on


# ── nothing to find ─────────────────────────────────────────────────────────────────────────────────────────────────

HONEST = (
    Site("calm", "honest", glances=True, pages=4, asked=("/kurse",)),
    Site("form-post", "honest", glances=True, pages=4, asked=("/einwilligung",)),
    Site("statistics", "honest", pages=4, asked=("/about",)),
    Site("shop", "honest", pages=4, asked=("/cart",)),
    Site("declared", "honest"),
    Site("club", "honest", pages=4, asked=("/kontakt.html",)),
    Site("map-on-click", "honest", glances=True),
    Site("preferences", "honest", pages=3),
    Site("withdraw-on-statement", "honest", pages=3),
    Site("late-app", "honest", pages=4, asked=("/pricing",)),
)

# ── something planted ───────────────────────────────────────────────────────────────────────────────────────────────

_BEFORE = (
    _hostile(
        "early-cookies",
        "before-choice cookie _fbp",
        "before-choice cookie _ga",
        "before-choice local-storage visitor_uid",
        "before-choice session-storage track_sid",
        "before-choice indexed-db visitor-trail",
        glances=True,
    ),
    _hostile(
        "early-third-parties",
        "before-choice * localhost*",
        "before-choice * 127.0.0.1*",
    ),
    _hostile(
        "early-beacons",
        "before-choice beacon 127.0.0.1*",
        "before-choice beacon localhost*",
        may=("before-choice * localhost*",),
    ),
    _hostile("redirect-cookie", "before-choice cookie _gcl_au"),
    _hostile(
        "frames",
        "before-choice * localhost*",
        "before-choice cookie VISITOR_INFO1_LIVE",
        "before-choice local-storage yt-remote-device-id",
    ),
    _hostile(
        "fingerprint-canvas",
        "fingerprinting script */static/fp.min.js",
        may=("before-choice * *",),
    ),
    _hostile(
        "fingerprint-audio",
        "fingerprinting script *geraet.js",
        "before-choice * localhost*",
        may=("before-choice * *",),
    ),
    _hostile("phone-only", "before-choice cookie _scid", may=("before-choice cookie _tt_enable_cookie",), glances=True),
    _hostile(
        "robot-client",
        "before-choice cookie _ttp",
        "before-choice * localhost*",
        "robots-see-otherwise * *",
        glances=True,
    ),
    _hostile("robot-server", "before-choice cookie _uetsid", "robots-see-otherwise * *", glances=True),
)

_AFTER = (
    _hostile(
        "after-refusal",
        "after-refusal cookie _pk_id*",
        "after-refusal cookie _hjSessionUser_*",
        "after-refusal * localhost*",
        may=("after-withdrawal * *",),
    ),
    _hostile("same-either-way", "after-refusal cookie extra", may=("after-withdrawal cookie extra",)),
    _hostile("hides-only", "after-refusal * localhost*", may=("after-withdrawal * localhost*",)),
    _hostile("left-behind", "after-withdrawal cookie _ga", "after-withdrawal cookie _uetvid"),
    _hostile(
        "beacon-after-withdrawal",
        "after-withdrawal beacon localhost*",
        may=("after-withdrawal session-storage mess", "after-withdrawal * localhost*"),
    ),
    _hostile("shadow-open", "after-refusal cookie _gid", may=("after-withdrawal cookie _gid",)),
    _hostile("shadow-closed", "after-refusal * localhost*", may=("after-withdrawal * localhost*",)),
    _hostile("frame-banner", "after-refusal * localhost*", may=("after-withdrawal * localhost*",)),
    _hostile(
        "foreign-frame-banner",
        "after-refusal cookie __gads",
        may=("before-choice * localhost*", "after-refusal * localhost*", "after-withdrawal * *"),
    ),
    _hostile("late-banner", "after-refusal cookie _clck", may=("after-withdrawal cookie _clck",)),
)

_BANNERS = (
    _hostile("pale-refuse", "refusal-harder banner *"),
    _hostile("small-refuse", "refusal-harder banner *"),
    _hostile("link-refuse", "refusal-harder banner *", "banner-covers banner *"),
    _hostile("second-layer", "refusal-harder banner *", may=("withdrawal-harder banner *",)),
    _hostile("only-ok", "no-refusal banner *", may=("no-withdrawal * *",)),
    _hostile("no-withdrawal", "no-withdrawal * *"),
    _hostile("says-nothing", "banner-says-nothing banner *"),
    _hostile("covers-imprint", "banner-covers banner *"),
    _hostile("pre-ticked-layer", "pre-ticked box *stat*"),
    _hostile("pre-ticked-switch", "pre-ticked box *analytics*"),
    _hostile("pre-ticked-form", "pre-ticked box *newsletter*"),
)

_DECLARED = (
    _hostile(
        "lifetimes",
        "lifetime cookie wunschliste",
        "lifetime cookie sprache",
        "undeclared cookie unbekannt",
        "form-undeclared form *",
        may=("before-choice cookie unbekannt",),
    ),
    _hostile("form-no-purpose", "form-no-purpose form *", pages=4, asked=("/contact",)),
    _hostile(
        "third-country",
        "third-country provider *",
        "undeclared * *",
        "before-choice * localhost*",
        foreign="US",
    ),
    _hostile("nothing-linked", "no-statement * *", "no-imprint * *"),
    _hostile("dead-links", "no-statement * *", "no-imprint * *", pages=3),
)

HOSTILE = (*_BEFORE, *_AFTER, *_BANNERS, *_DECLARED)

# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────────

_NO_PAGE = ("no-statement * *", "no-imprint * *", "form-no-purpose * *")  # where nothing could be read, nothing was

TROUBLED = (
    _troubled("calendar", pages=4),
    _troubled("redirect-loop", "redirects"),
    _troubled("flood", "too-big", slow=True, pages=4),
    _troubled("drip", "slow", slow=True, pages=4),
    _troubled("nodes", slow=True, pages=4, asked=("/nodes",)),
    _troubled("endless-script", "stuck|slow", slow=True, pages=4),
    _troubled("restless", pages=4, asked=("/globe",)),
    _troubled("reloading", pages=3),
    _troubled("pdf", "download"),
    _troubled("failing", "failed"),
    _troubled("log-in", "log-in|", may_find=_NO_PAGE),
    _troubled("unauthorized", "log-in"),
    _troubled("hanging-up", may_find=_NO_PAGE),
    _troubled("self-signed", "certificate", finds=("certificate * *",), tls=True),
    _troubled("odd-links", never=("/pressed",), asked=("/spaced",), pages=6),
    _troubled(
        "hostile-names",
        finds=("before-choice cookie _fbp", "before-choice local-storage *", "before-choice cookie _ga_*"),
    ),
    _troubled("meta-refresh", finds=("before-choice cookie _fbp",), asked=("/start",)),
    _troubled("intrusive", finds=("before-choice cookie _fbp",)),
    _troubled("robots-part", never=("/intern/akten",), asked=("/intern/offen",), pages=4),
    _troubled("robots-all", "robots", never=("/",)),
)

SITES = (*HONEST, *HOSTILE, *TROUBLED)
