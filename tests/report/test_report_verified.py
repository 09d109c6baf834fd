"""``verify`` accepts a page as it does a file: every certificate in it, and what the page says of them."""

import base64
import json
import re

import pytest
from pages import DETECT_A, coefficient, problem

from noisytm import CertificateError, FormatError, precision
from noisytm.report import report_page, verify_page
from noisytm.report.markup import Download, downloads, records_in


@pytest.fixture(scope="module")
def whole():
    return report_page([coefficient(), precision(problem(), DETECT_A, semantics="mean-field")])


def test_every_certificate_is_found_and_checked(whole):
    found = list(verify_page(whole))
    assert [name for name, _, _ in found] == ["bound-1", "precision-1"]
    assert found[0][1] == coefficient().to_json() and found[0][2].value == coefficient().value


def test_a_page_that_says_something_else_fails(whole):
    value = str(coefficient().value)
    other = re.sub(rf'(data-stated-by="bound-1">){re.escape(value)}<', r"\g<1>1/7<", whole, count=1)
    assert other != whole
    with pytest.raises(CertificateError, match=f"bound-1: the page states '1/7', but its certificate proves {value}"):
        list(verify_page(other))


def test_a_certificate_that_is_wrong_or_damaged_fails(whole):
    link = Download.of("bound-1", coefficient().to_json()).href
    record = coefficient().to_json() | {"learning_coefficient": "1/7"}
    with pytest.raises(CertificateError, match=r"^bound-1: "):
        list(verify_page(whole.replace(link, Download.of("bound-1", record).href)))
    for href, says in (
        ("http://example.invalid/bound.json", "is not in it: its link leads to"),
        (link[:-3], "is damaged"),
        (downloads.PLAIN + base64.b64encode(b"{").decode(), "is not JSON"),
        (downloads.PACKED + base64.b64encode(b"{}").decode(), "is damaged"),
    ):
        with pytest.raises(FormatError, match=says):
            list(verify_page(whole.replace(link, href)))
    with pytest.raises(FormatError, match="two certificates that are called 'bound-1'"):
        list(verify_page(whole + whole))
    with pytest.raises(FormatError, match="holds no certificate"):
        list(verify_page(report_page([DETECT_A])))
    with pytest.raises(FormatError, match="states '3' by a certificate 'bound-9'"):
        list(verify_page(whole + downloads.stated("bound-9", "3")))


def test_long_records_are_compressed_and_come_back(monkeypatch):
    record = coefficient().to_json()
    plain = Download.of("x", record)
    monkeypatch.setattr(downloads, "PACKED_FROM", 10)
    packed = Download.of("x", record)
    assert packed.file == "x.json.gz" and len(packed.href) < len(plain.href) / 2
    (found,) = records_in(packed.link("Save", certificate=True))
    assert found.record == json.loads(json.dumps(record))
    monkeypatch.setattr(downloads, "MAX_RECORD_BYTES", 100)
    with pytest.raises(FormatError, match="holds more than 100 bytes"):
        records_in(packed.link("Save", certificate=True))
