"""Our description of the models against the official files, where these are at hand."""

from __future__ import annotations

import json

from simulator_kit import CONTRACTS, SWAGGERS, SYNTAX, official_validator, swagger

from simulator.contract import MODELS, contract

TYPES = {
    ("integer", "int32"): "int32",
    ("integer", "int64"): "int64",
    ("number", None): "number",
    ("number", "double"): "number",
    ("boolean", None): "flag",
}
# Leaks of the server's own implementation, which nobody sends.
INTERNAL = {
    "champsDeTri",
    "ordreTriGenerique",
    "taillePageGenerique",
    "indexPageGenerique",
}
# Seen in live answers although the official model does not have them.
LIVE_ONLY = {
    ("ServiceExpose", "dateDbtService"),
    ("ServiceExpose", "dateFinService"),
    ("WsRetourDeposerPdfFacture", "codeRetour"),
    ("WsRetourDeposerPdfFacture", "libelle"),
}
# The official model says object; a list of one is what the service takes.
LISTS_OF_ONE = {("SoumettreFactureParam", "pieceJointePrincipale")}


def described(api):
    """The official models of the played operations, reached from their operations."""
    description = swagger(api)
    names, waiting = set(), []
    for operation in contract().operations.values():
        if operation.api == api:
            waiting += [operation.request, operation.response]
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        for schema in description["definitions"][name].get("properties", {}).values():
            reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
            if reference and not reference.endswith("/TriColonne"):
                waiting.append(reference.rsplit("/", 1)[-1])
    return names


def fits(kind, schema):
    """Whether one field of ours says what the official one says."""
    if "$ref" in schema:
        return kind == schema["$ref"].rsplit("/", 1)[-1]
    if schema["type"] == "array":
        return kind.startswith("[") and fits(kind[1:-1], schema["items"])
    if "enum" in schema:
        return sorted(contract().values(kind)) == sorted(schema["enum"])
    if schema["type"] == "string":
        times = {"day", "minute", "instant", "day_or_minute", "moment"}
        return kind in (times if schema.get("format") == "date-time" else {"text"})
    return kind == TYPES[schema["type"], schema.get("format")]


def test_our_models_say_what_the_official_ones_say():
    """Without the official files our description stands alone: nothing to compare."""
    apis = [api for api in SWAGGERS if swagger(api)]
    assert len(apis) == (len(SWAGGERS) if CONTRACTS.is_dir() else 0)
    for api in apis:
        ours = _models(api)
        assert set(ours) == described(api)
        for name, fields in ours.items():
            theirs = swagger(api)["definitions"][name].get("properties", {})
            known = set(fields) - {field for model, field in LIVE_ONLY if model == name}
            assert known == set(theirs) - INTERNAL, name
            for field in known:
                kind = fields[field].rstrip("!?")
                if (name, field) in LISTS_OF_ONE:
                    kind = kind.strip("[]")
                assert fits(kind, theirs[field]), (name, field)
            required = {field for field in known if fields[field][-1] in "!?"}
            assert required == set(
                swagger(api)["definitions"][name].get("required", [])
            )


def test_our_routes_are_all_those_of_the_official_files():
    for api in SWAGGERS:
        if swagger(api) is None:
            continue
        base = f"/cpro/{api}/v1"
        played = {o.path for o in contract().operations.values() if o.api == api}
        left = {path for path in contract().not_played if path.startswith(base + "/")}
        declared = {f"/cpro/{api}{path}" for path in swagger(api)["paths"]}
        assert played | left == declared
        assert not played & left


def _models(api):
    return json.loads((MODELS / f"{api}.json").read_text(encoding="utf-8"))["models"]


def test_answers_are_held_against_the_official_models_when_these_are_at_hand():
    expected = CONTRACTS.is_dir()
    assert (official_validator("factures/traiter/recue") is not None) == expected
    assert official_validator("transverses/ajouter/fichier") is None


def test_syntax_of_the_specimens_is_an_accepted_one():
    assert SYNTAX in contract().values("SyntaxeFluxDepot")
