"""What a terminal is told while an audit runs, and at its end."""

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from zweck.eye.report.audited import Audited
from zweck.eye.report.codes import UNSETTLED
from zweck.eye.report.texts import Texts, bare_host
from zweck.eye.report.visible import visible
from zweck.eye.values import Finding

if TYPE_CHECKING:
    from zweck.eye.crawl import Step

_CLEAR = "\r\x1b[2K"


class Progress:
    """Steps go to `steps`: on a terminal one line that changes, else a line each. Findings go to `findings`, once."""

    def __init__(self, texts: Texts, steps: TextIO, findings: TextIO) -> None:
        self._texts, self._steps, self._findings = texts, steps, findings
        self._told: set[str] = set()

    def hear(self, step: "Step", audited: Audited) -> None:
        """Tell of a step, and of what it brought to light."""
        self.tell_findings(one for one in audited.found if one.code not in UNSETTLED)
        self._step(self._line(step))

    def tell_findings(self, findings: Iterable[Finding]) -> None:
        """Tell each finding that was not told before: its title, and where."""
        for finding in findings:
            if finding.id not in self._told:
                self._told.add(finding.id)
                self._clear()
                self._write(self._findings, self._finding(finding))

    def interrupted(self) -> None:
        """Say what an interrupt does."""
        self._clear()
        self._write(self._steps, self._texts.say("step.interrupted"))

    def end(self, audited: Audited, paths: Sequence[str]) -> None:
        """The findings not told yet, how many of which kind, and where the report lies."""
        self.tell_findings(audited.found)
        self._clear()
        written = (self._texts.say("end.written", path=path) for path in paths)
        for line in ("", *summary(audited, self._texts), *written):
            self._write(self._findings, line)

    def _line(self, step: "Step") -> str:
        who = self._texts.who(step.state, step.profile)
        if step.kind == "page":
            return self._texts.say("step.page", who=who, number=step.number, of=step.of, url=visible(step.url))
        if step.kind == "choice" and step.choice:
            path = " → ".join(visible(text, 60) for text in step.choice.path)
            if not path:
                return self._texts.say("step.choice_missed", who=who)
            return self._texts.say(
                "step.choice_done" if step.choice.done else "step.choice_in_vain", who=who, path=path
            )
        return self._texts.say("step.began", url=visible(step.seen.url))

    def _finding(self, finding: Finding) -> str:
        title = self._texts.told(finding).title
        if not finding.spots:
            return f"- {title}"
        return f"- {self._texts.say('step.finding', title=title, where=self._texts.place(finding.spots[0]))}"

    def _step(self, line: str) -> None:
        if self._steps.isatty():
            width = shutil.get_terminal_size().columns - 1
            self._steps.write(f"{_CLEAR}{line[:width]}")
            self._steps.flush()
        else:
            self._write(self._steps, line)

    def _clear(self) -> None:
        if self._steps.isatty():
            self._steps.write(_CLEAR)
            self._steps.flush()

    def _write(self, out: TextIO, line: str) -> None:
        out.write(f"{line}\n")
        out.flush()


def summary(audited: Audited, texts: Texts) -> list[str]:
    """An audit in a few lines: whether it is partial, and how many findings of which kind."""
    lines = []
    if audited.seen.partly:
        reasons = texts.words.list(texts.named("partly", one) for one in audited.seen.partly)
        lines.append(texts.say("end.partial", why=reasons))
    if not audited.found:
        return [*lines, texts.say("end.none")]
    if audited.notes:
        notes = texts.say("end.notes", n=len(audited.notes))
        lines.append(texts.say("end.findings_notes", n=len(audited.found), notes=notes))
    else:
        lines.append(texts.say("end.findings", n=len(audited.found)))
    names = Counter(texts.told(one).name for one in audited.found)
    return [*lines, *(f"  {texts.say('end.count', n=count, name=name)}" for name, count in names.items())]


def blind(audited: Audited, texts: Texts) -> str:
    """Why nothing could be looked at, and what would help."""
    entry = audited.entry
    host = visible(bare_host(audited.seen.url) or audited.seen.url)
    if entry is None:
        return texts.say("blind.nothing", host=host)
    if entry.trouble == "no-answer" and entry.url.startswith("https:"):
        return texts.say("blind.no-answer-https", host=host)
    if not texts.words.has(f"audit.blind.{entry.trouble}"):
        return texts.say("blind.other", host=host, trouble=texts.named("trouble", entry.trouble))
    status = {"status": entry.status} if entry.trouble == "failed" else {}
    return texts.say(f"blind.{entry.trouble}", host=host, **status)
