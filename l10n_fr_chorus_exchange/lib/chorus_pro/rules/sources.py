"""Documents the rules are taken from."""

from __future__ import annotations

from .model import Confidence, Source

_ANNEX = "Chorus Pro external specification, EDI annex"
_PUBLIC_BUYERS = "XP Z12-012, annex A, rules for public buyers"
_PLATFORM = "DGFiP external specification, annex 7"
_ATTACHMENTS = "Chorus Pro community site, rules on attachments"
_SWAGGER = "Chorus Pro API description (Structures, Factures)"
_OBSERVED = "observed on the qualification portal"
_PRACTICE = "practice of connectors in production"


NUMBER = Source(_ANNEX, Confidence.HIGH, "G1.05")
NUMBER_SPACES = Source(_PLATFORM, Confidence.LOW, "G1.05")
NUMBER_UNIQUE = Source(_PLATFORM, Confidence.MEDIUM, "G1.42, G1.45")
DATE_FUTURE = Source(_PLATFORM, Confidence.MEDIUM, "G1.07")
DATE_RANGE = Source(_PLATFORM, Confidence.MEDIUM, "G1.36")
FRAMEWORK = Source(_OBSERVED, Confidence.MEDIUM, "G1.02")
FRAMEWORKS_BY_API = Source(_SWAGGER, Confidence.HIGH)
ALREADY_PAID = Source(_PRACTICE, Confidence.LOW)
ORIGIN = Source(
    f"{_PRACTICE}; an error in the reform (XP Z12-012, schematron)",
    Confidence.MEDIUM,
    "BR-FR-CO-05",
)
PAYMENT = Source(_ANNEX, Confidence.MEDIUM, "S2.05")
PAYMENT_MISSING = Source(_OBSERVED, Confidence.HIGH, "S2.05")
PAYMENT_CREDIT = Source(_PRACTICE, Confidence.MEDIUM)
IBAN = Source(_PRACTICE, Confidence.MEDIUM)
SIRET = Source(_OBSERVED, Confidence.MEDIUM)
SIRET_KEY = Source("INSEE, SIRENE directory", Confidence.HIGH)
IDENTIFIER = Source("order of 9 December 2016 on electronic invoicing", Confidence.HIGH)
STRUCTURE = Source(_OBSERVED, Confidence.MEDIUM)
DEMANDS = Source(_SWAGGER, Confidence.HIGH)
SERVICE_FORMAT = Source(_PRACTICE, Confidence.MEDIUM)
SERVICE_RESERVED = Source(_PRACTICE, Confidence.MEDIUM)
REFERENCE_LENGTH = Source(_PUBLIC_BUYERS, Confidence.MEDIUM, "BR-FR-CPRO-14, 15")
ENGAGEMENT = Source("Chorus Pro API of commitments", Confidence.MEDIUM)
CURRENCY = Source(_PRACTICE, Confidence.MEDIUM, "G1.10")
TOTALS = Source("EN 16931", Confidence.HIGH)
ONE_VAT = Source("EN 16931", Confidence.HIGH, "BR-CO-04")
QUANTITY = Source(_PLATFORM, Confidence.MEDIUM, "G1.15")
PRICE = Source(_PLATFORM, Confidence.HIGH, "G1.16")
RATE = Source(_PLATFORM, Confidence.MEDIUM, "G1.24")
LENGTHS = Source(_PUBLIC_BUYERS, Confidence.MEDIUM, "BR-FR-CPRO-29 to 44")
FILE = Source(_ATTACHMENTS, Confidence.HIGH)
FILES = Source(_PRACTICE, Confidence.MEDIUM)
FLOW_SIZE = Source(_PRACTICE, Confidence.MEDIUM, "GDP_MSG_11.022")
NORM = Source("EN 16931", Confidence.HIGH)
SCHEMA = Source("Factur-X EN 16931 (CII) and UBL 2.1, XML schemas", Confidence.HIGH)
OWN = Source("this product", Confidence.OWN)
