"""The report for CI: one test case per code that was judged."""

import xml.etree.ElementTree as ET

from zweck.eye.report.audited import Audited
from zweck.eye.report.codes import CODES, Code
from zweck.eye.report.texts import Texts
from zweck.eye.report.visible import visible


def as_junit(audited: Audited, language: str, trouble: str = "") -> str:
    """JUnit's XML: each finding is a failure of its code, what was not judged is skipped.

    `trouble`: why nothing could be looked at; it is told as an error, and nothing counts as passed.
    """
    texts = Texts(language)
    suite = ET.Element("testsuite", name=f"zweck audit {visible(audited.seen.url)}")
    look = ET.SubElement(suite, "testcase", classname="look", name=texts.say("junit.looked"))
    if trouble:
        ET.SubElement(look, "error", message=visible(trouble))
    for code in () if trouble else CODES:
        _case(suite, code, audited, texts)
    for name, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(list(suite.iter(kind)))))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, code: Code, audited: Audited, texts: Texts) -> None:
    case = ET.SubElement(suite, "testcase", classname="finding", name=code.id)
    wanting = code.wanting(audited.policy_name is not None, audited.statement_name is not None)
    if wanting:
        ET.SubElement(case, "skipped", message=texts.say(f"junit.needs_{wanting}"))
    for finding in audited.found:
        if finding.code == code.id:
            told = texts.told(finding)
            failure = ET.SubElement(case, "failure", message=told.title)
            places = [texts.place(spot) for spot in finding.spots]
            failure.text = "\n".join([told.what, *places, told.law, told.remedy])
