"""EN 16931 rules: compiled once, usable from any thread, never skipped."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from simulator.documents import check_direct, norm, read_flow
from simulator.documents.specimens import Specimen, cii_xml, ubl_xml

SIMULATOR_PARENT = Path(__file__).resolve().parents[1]
SYNTAX = "IN_DP_E1_CII_16B"


def rules(xml):
    return [failure.rule for failure in norm.failures(etree.fromstring(xml))]


def wrong_total(xml):
    return xml.replace(b"110.22</ram:Grand", b"111.22</ram:Grand")


@pytest.mark.parametrize("writer", [cii_xml, ubl_xml])
def test_valid_invoice_breaks_no_rule(writer):
    assert rules(writer(Specimen())) == []


@pytest.mark.parametrize(
    "profile",
    [
        "urn:cen.eu:en16931:2017",
        "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
        "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
    ],
)
def test_wrong_total_is_found_in_every_profile(profile):
    assert rules(wrong_total(cii_xml(Specimen(profile=profile))))


def test_wrong_total_is_found_in_ubl():
    xml = ubl_xml(Specimen()).replace(b">110.22</cbc:TaxIncl", b">111.22</cbc:TaxIncl")
    assert "BR-CO-15" in rules(xml)


def test_wrong_total_is_found_in_a_ubl_credit_note():
    xml = ubl_xml(Specimen(type_code="381")).replace(
        b">110.22</cbc:TaxIncl", b">111.22</cbc:TaxIncl"
    )
    assert "BR-CO-15" in rules(xml)


def test_warnings_are_not_failures():
    """An empty element is only worth a warning of the sheet (R008)."""
    xml = cii_xml(Specimen()).replace(
        b"<ram:LineOne>1 rue de l'Exemple</ram:LineOne>", b"<ram:LineOne/>", 1
    )
    root = etree.fromstring(xml)
    report = norm.report(root)
    assert 'flag="warning"' in report
    assert norm.failures(root) == []


def test_each_broken_rule_is_told_once():
    found = rules(wrong_total(cii_xml(Specimen())))
    assert len(found) == len(set(found))


def test_engine_error_counts_as_invalid():
    xml = cii_xml(Specimen())
    (invoice,) = read_flow(xml, "f", SYNTAX)
    broken = xml.replace(b"110.22</ram:Grand", b"a hundred</ram:Grand")
    sentences = check_direct(replace(invoice, xml=broken), SYNTAX)
    assert sentences == [
        "Les controles de coherence de la facture n'ont pas pu aboutir"
    ]


def test_engine_works_again_after_an_error():
    broken = cii_xml(Specimen()).replace(b"110.22</ram:Grand", b"x</ram:Grand")
    with pytest.raises(norm.EngineError):
        rules(broken)
    assert rules(cii_xml(Specimen())) == []


def test_many_threads_get_their_own_answers():
    good, bad = cii_xml(Specimen()), wrong_total(cii_xml(Specimen()))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(rules, [good, bad] * 20))
    assert all(not found[even] for even in range(0, 40, 2))
    assert all("BR-CO-15" in found[odd] for odd in range(1, 40, 2))


def test_sheets_are_compiled_once(monkeypatch):
    rules(cii_xml(Specimen()))
    compiled = []
    monkeypatch.setattr(
        norm._Engine, "_compile", lambda _self, rule: compiled.append(rule)
    )
    rules(cii_xml(Specimen()))
    assert compiled == []


def test_process_ends_cleanly_after_a_run():
    code = (
        "from lxml import etree\n"
        "from simulator.documents import norm\n"
        "from simulator.documents.specimens import Specimen, cii_xml\n"
        "assert not norm.failures(etree.fromstring(cii_xml(Specimen())))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SIMULATOR_PARENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
