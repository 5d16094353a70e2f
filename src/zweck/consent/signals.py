"""What a browser says on its own: Global Privacy Control and Do Not Track."""

from zweck.consent.values import Signals

_NONE, _GPC = Signals(), Signals(gpc=True)


def read(gpc: str, dnt: str) -> Signals:
    """The signals of one request, from the raw values of its headers ("" where absent).

    `Sec-GPC` counts only as exactly `1`; everything else is as if it were absent (Global Privacy Control, "The Sec-GPC
    header field for HTTP requests"). Several headers arrive joined by commas, and one `1` among them counts.
    """
    if not gpc and not dnt:
        return _NONE
    says = gpc == "1" or ("," in gpc and any(each.strip(" \t") == "1" for each in gpc.split(",")))
    if not dnt:
        return _GPC if says else _NONE
    return Signals(says, dnt.strip(" \t") == "1")
