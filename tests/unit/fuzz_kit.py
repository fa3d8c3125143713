"""Downloads on order and what may happen to them, for hypothesis."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from unit.fakes import FULL_DATA, attachment, pivot, unit, zipped

# A short run, always the same, in the usual suite; a long one when asked for.
EXAMPLES = int(os.environ.get("CHORUS_FUZZ_EXAMPLES", "0"))
profile = settings(
    max_examples=EXAMPLES or 120,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=bool(EXAMPLES),
    suppress_health_check=list(HealthCheck),
)

_NAMES = [
    "CPPFacturePivot",
    "CPPFactures",
    "CPPFacturePivotUnitaire",
    "Fournisseur",
    "Debiteur",
    "DonneesFacture",
    "Id",
    "IdCPRO",
    "Type",
    "Cadre",
    "DateEmissionFacture",
    "DateReception",
    "Montants",
    "MontantTTC",
    "TVAs",
    "TVA",
    "Taux",
    "BaseHt",
    "Lignes",
    "Ligne",
    "Quantite",
    "PJ",
    "Contenu",
    "NomPJ",
    "TypePJ",
]
_TOKENS = [
    *(f"<{name}>".encode() for name in _NAMES),
    *(f"</{name}>".encode() for name in _NAMES),
    *(f"<{name}/>".encode() for name in _NAMES),
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"&x;",
    b"&#0;",
    b"&#xFFFE;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?xml version='1.0' encoding='UTF-16'?>",
    b"<?xml version='1.0' encoding='unicode_escape'?>",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"====",
    b"1E+999999999",
    b"9999-12-31T23:59:59-12:00",
    b"0001-01-01T00:00:00+12:00",
]

# What XML takes as it is.
texts = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="<&>\ufffe\uffff"
    ),
    max_size=60,
)
names = st.one_of(texts, st.sampled_from(["a.pdf", "a.zip", "../a.docx", "", "."]))
numbers = st.one_of(
    texts, st.decimals().map(str), st.integers().map(str), st.just("1e39")
)
days = st.one_of(
    texts,
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
)
contents = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=200).map(b"%PDF-1.7 /ObjStm stream\n".__add__),
    st.dictionaries(names.filter(bool), st.binary(max_size=50), max_size=3).map(zipped),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    name = draw(names)
    encoded = draw(st.one_of(st.none(), st.none(), texts))
    wrap = draw(st.booleans()) and bool(name)
    return attachment(name, draw(contents), wrap=wrap, encoded=encoded)


@st.composite
def data_of(draw: st.DrawFn) -> str:
    amount, day, rate = draw(numbers), draw(days), draw(numbers)
    return (
        f"<DateEmissionFacture>{day}</DateEmissionFacture><Type>{draw(texts)}</Type>"
        f"<Cadre>{draw(texts)}</Cadre><Devise>{draw(texts)}</Devise>"
        f"<Montants><MontantTTC>{amount}</MontantTTC></Montants>"
        f"<TVAs><TVA><Taux>{rate}</Taux><BaseHt>{amount}</BaseHt></TVA></TVAs>"
        f"<Lignes><Ligne NumOrdre='1'><Quantite>{amount}</Quantite></Ligne></Lignes>"
    )


@st.composite
def pivots(draw: st.DrawFn) -> bytes:
    """PIVOTs that are well-formed, with anything in their fields."""
    units = draw(
        st.lists(
            st.builds(
                unit,
                texts,
                numbers,
                st.one_of(data_of(), st.just(FULL_DATA)),
                st.lists(files(), max_size=3),
            ),
            max_size=3,
        )
    )
    return pivot(*units)


archives = st.one_of(
    pivots().map(lambda xml: zipped({"PivotS.xml": xml})),
    st.dictionaries(names.filter(bool), contents, max_size=4).map(zipped),
)


@st.composite
def spoilt(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """What is left of a file after some accidents."""
    data = draw(whole)
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.integers(0, 60)))
        instead = draw(
            st.one_of(
                st.just(b""),
                st.sampled_from(_TOKENS),
                st.binary(max_size=8),
                st.just(data[begin:end] * 2),
            )
        )
        data = data[:begin] + instead + data[end:]
    return data
