"""The token service of the gateway."""

from __future__ import annotations

import hmac
import json
import secrets
from urllib.parse import parse_qs

from . import seed
from .replies import Answer
from .settings import read_settings
from .state import Store

PATH = "/api/oauth/token"
_JSON = {"Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store"}


def issue(store: Store, content_type: str, body: bytes, now: float) -> Answer:
    """Answer a ``client_credentials`` form; any bad pair gets the same 400."""
    if content_type.partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return error("invalid_request", "Unsupported content type")
    form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    client_id = form.get("client_id", [""])[-1]
    secret = form.get("client_secret", [""])[-1]
    if form.get("grant_type", [""])[-1] != "client_credentials":
        return error("unsupported_grant_type", "Only client_credentials is offered")
    known = hmac.compare_digest(client_id.encode(), seed.CLIENT_ID.encode())
    right = hmac.compare_digest(secret.encode(), seed.CLIENT_SECRET.encode())
    if not (known and right):
        return invalid_client()
    lifetime = read_settings(store).token_lifetime
    value = secrets.token_urlsafe(40)
    store.run("DELETE FROM token WHERE expires <= ?", now)
    store.insert(
        "token", {"value": value, "client_id": client_id, "expires": now + lifetime}
    )
    answer = {
        "access_token": value,
        "token_type": "Bearer",
        "expires_in": int(lifetime),
        "scope": form.get("scope", ["openid"])[-1],
    }
    return Answer(200, dict(_JSON), json.dumps(answer).encode())


def is_valid(store: Store, authorization: str | None, now: float) -> bool:
    """Whether the header is ``Bearer`` and a token still alive."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        return False
    row = store.one("SELECT expires FROM token WHERE value = ?", value.strip())
    return row is not None and row["expires"] > now


def invalid_client() -> Answer:
    return error("invalid_client", "Unknown client or client not authorised")


def error(name: str, text: str) -> Answer:
    body = {"error": name, "error_description": text}
    return Answer(400, dict(_JSON), json.dumps(body).encode())
