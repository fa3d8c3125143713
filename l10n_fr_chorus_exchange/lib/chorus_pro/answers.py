"""An HTTP answer of the portal, read: its JSON object, or the error that it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .errors import (
    ChorusError,
    CredentialsError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
)
from .piste import retry_after
from .transport import Response

_INTEGER = re.compile(r"-?[0-9]{1,9}")

Answer = Mapping[str, Any]


def read_answer(path: str, response: Response, *, coded: bool) -> Answer:
    """The JSON object of a success.

    :param coded: whether a success must say ``codeRetour`` 0
    """
    status = response.status
    if status == 401:
        raise CredentialsError(f"{path}: account refused (HTTP 401)", cause="account")
    if status == 403:
        raise CredentialsError(f"{path}: not allowed (HTTP 403)", cause="forbidden")
    if status == 429:
        raise NotSentError(
            f"{path}: too many calls (HTTP 429)",
            retry_after=retry_after(response),
            status=status,
        )
    if 400 <= status < 500 and status != 408:
        raise _refusal(path, response)
    if not response.is_success:
        raise OutcomeUnknownError(
            f"{path}: HTTP {status}", retry_after=retry_after(response), status=status
        )
    answer = _json_object(response.body)
    if answer is None:
        raise OutcomeUnknownError(
            f"{path}: the answer is not a JSON object", status=status
        )
    code = return_code(answer)
    if code is None and coded:
        raise OutcomeUnknownError(f"{path}: the answer has no codeRetour")
    if code:
        raise RefusedError(_label(answer), code=code, operation=path)
    return answer


def _refusal(path: str, response: Response) -> ChorusError:
    kind = response.headers.get("content-type", "").lower()
    if "html" in kind or response.body.lstrip()[:1] == b"<":
        # A page comes from something in between, not from the portal.
        return OutcomeUnknownError(
            f"{path}: HTTP {response.status} with a page", status=response.status
        )
    answer = _json_object(response.body) or {}
    code = return_code(answer) or response.status
    return RefusedError(_label(answer), code=code, operation=path)


def _json_object(body: bytes) -> Answer | None:
    try:
        answer = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def return_code(answer: Answer) -> int | None:
    """``codeRetour``, which some answers send as text."""
    code = answer.get("codeRetour")
    if isinstance(code, str) and _INTEGER.fullmatch(code.strip()):
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _label(answer: Answer) -> str:
    label = answer.get("libelle")
    return label.strip() if isinstance(label, str) else ""
