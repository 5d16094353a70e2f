"""What mail servers say of our mails: could not be delivered (RFC 3464, and how servers wrote it before), complained of
(RFC 5965).
"""

import re
from collections.abc import Sequence

from zweck.disclosure.incoming import mime
from zweck.disclosure.incoming.values import Part, Report, Verdict

_ADDRESS = r"[^\s<>@;,\"()]{1,64}@[^\s<>@;,\"()]{1,255}"
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
# What our mails bear in their envelope sender, and in the addresses of their headers. Nobody can guess one.
_REF = re.compile(r"\+bounce\.([0-9a-f]{32})@", re.IGNORECASE)
_COPIES = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")
_MESSAGE_ID = re.compile(r"^message-id:\s*<([^\s<>]{3,250})>", re.IGNORECASE | re.MULTILINE)
# Blanks in bounded numbers: two unbounded runs of them side by side would be tried in every way of sharing them out.
_FAILED = re.compile(rf"^[ \t]{{0,8}}<?({_ADDRESS})>?:?[ \t]{{0,8}}(?:\(.{{0,80}}\)[ \t]{{0,8}})?$", re.MULTILINE)
_FAILED_INLINE = re.compile(rf"^[ \t]*<?({_ADDRESS})>?[ \t]*[:.]\s", re.MULTILINE)
_UNKNOWN = re.compile(
    r"(?:user|recipient|address|mailbox|account)s? (?:unknown|not found|does ?n[o']t exist|unavailable|disabled)"
    r"|(?:unknown|no such|invalid) (?:user|recipient|address|mailbox|account|local part)"
    r"|(?:Empf.nger|Adresse|Postfach|Benutzer) (?:unbekannt|nicht gefunden|existiert nicht)",
    re.IGNORECASE,
)
_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "bounce")
_TITLES = re.compile(
    r"undeliver|returned mail|delivery (?:status|failure|has failed|notification)|failure notice"
    r"|mail delivery (?:failed|system)|unzustellbar|nicht zugestellt|zustell(?:ung|fehler)",
    re.IGNORECASE,
)
_MOST = 200_000  # characters of a plain report that are looked at


def is_robot(sender: str, return_path: str) -> bool:
    """Whether a mail comes from a mail server itself."""
    local = sender.partition("@")[0].lower()
    return return_path.strip() == "<>" or any(local.startswith(robot) for robot in _ROBOTS)


def of(kind: str, report_type: str, found: list[Part]) -> tuple[Report, ...]:
    """The reports that a mail made for machines holds; none where it is no such mail."""
    if kind != "multipart/report":
        return ()
    about = _about(found)
    if report_type == "feedback-report":
        return tuple(_complaints(found, about))
    return tuple(
        report for part in found if part.kind == "message/delivery-status" for report in _failures(part, about)
    )


def in_words(subject: str, failed_header: str, text: str) -> tuple[Report, ...]:
    """The reports of a server that writes them for people. Only for mails from such a server."""
    text = text[:_MOST]
    named = re.findall(_ADDRESS, failed_header) or _FAILED.findall(text) or _FAILED_INLINE.findall(text)
    if not named or not (failed_header or _TITLES.search(subject)):
        return ()
    about = _MESSAGE_ID.search(text)
    status = _status_in_words(text)
    return tuple(
        Report(_verdict(status), address, about[1] if about else "", status) for address in dict.fromkeys(named[:20])
    )


def refs(recipients: Sequence[str], text: str, found: list[Part]) -> tuple[str, ...]:
    """The tags of mails of ours that a report speaks of: those in the address it came to first."""
    copies = [_head(part) for part in found if part.kind in (*_COPIES, "message/feedback-report")]
    tags = _REF.findall("\n".join([*recipients, *copies, text[:_MOST]]))
    return tuple(dict.fromkeys(tag.lower() for tag in tags[:20]))


def _complaints(found: list[Part], about: str) -> list[Report]:
    for part in found:
        if part.kind != "message/feedback-report":
            continue
        fields = _fields(_head(part))
        if fields.get("feedback-type", "").lower() in ("abuse", "fraud", "other", "opt-out"):
            address = re.search(_ADDRESS, fields.get("original-rcpt-to", ""))
            return [Report("complaint", address[0] if address else "", about)]
    return []


def _failures(part: Part, about: str) -> list[Report]:
    found: list[Report] = []
    for group in re.split(r"\n\s*\n", _head(part))[:60]:
        fields = _fields(group)
        address = re.search(_ADDRESS, fields.get("original-recipient", "") or fields.get("final-recipient", ""))
        # "delayed" is no end: the server goes on trying and will say how it ended.
        if address is None or fields.get("action", "").lower() != "failed":
            continue
        named = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
        status = named[0] if named else ""
        found.append(Report(_verdict(status), address[0], about, status))
    return found


def _about(found: list[Part]) -> str:
    """The Message-ID of our mail, out of the copy that a report gives back."""
    for part in found:
        if part.kind in _COPIES:
            named = _MESSAGE_ID.search(_head(part))
            if named:
                return named[1]
    return ""


def _verdict(status: str) -> Verdict:
    """Hard where the address itself is the trouble; full boxes, refusals for content and mere silence are soft."""
    kind, _, detail = status.partition(".")
    is_address = detail.startswith(("0.", "1.")) and detail not in ("1.7", "1.8")  # those two are about the sender
    return "hard" if kind == "5" and (is_address or detail in ("2.1", "4.4")) else "soft"


def _status_in_words(text: str) -> str:
    named = _STATUS.search(text)
    if named:
        return named[0]
    code = _REPLY_CODE.search(text)
    if _UNKNOWN.search(text) and (code is None or code[1] == "5"):
        return "5.1.1"
    return f"{code[1]}.9.9" if code else "4.9.9"


def _head(part: Part) -> str:
    return mime.decoded(part)[:_MOST].decode("utf-8", "replace").replace("\r\n", "\n")


def _fields(group: str) -> dict[str, str]:
    lines = re.sub(r"\n[ \t]+", " ", group).split("\n")
    pairs = (line.partition(":") for line in lines[:100] if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
