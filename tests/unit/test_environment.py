from __future__ import annotations

import pytest

from chorus_pro import PRODUCTION, QUALIFICATION, Credentials, Environment
from chorus_pro.errors import InvalidCallError


def test_only_production_is_production():
    assert PRODUCTION.is_production
    assert not QUALIFICATION.is_production
    assert not Environment.custom("http://localhost:8099").is_production


def test_production_is_known_however_it_is_written():
    for url in (
        "https://API.piste.gouv.fr",
        "https://api.piste.gouv.fr:443/",
        "https://api.piste.gouv.fr.",
        "https://api.piste.gouv.fr/cpro/..",
    ):
        assert Environment.custom(url).is_production, url
    assert not Environment.custom("https://api.piste.gouv.fr.example").is_production


def test_custom_environment_keeps_token_and_api_at_one_address():
    custom = Environment.custom(" https://portal.test/base/ ")
    assert custom.token_url == "https://portal.test/base/api/oauth/token"
    assert custom.api_url == "https://portal.test/base"


def test_custom_environment_takes_another_token_address():
    custom = Environment.custom(
        "https://api.portal.test", token_url="https://oauth.portal.test/token"
    )
    assert custom.token_url == "https://oauth.portal.test/token"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "portal.test",
        "ftp://portal.test",
        "https://",
        "https://user:pw@portal.test",
        "https://portal.test?x=1",
        "https://portal.test:notaport",
        "https://[::1",
    ],
)
def test_address_that_is_none_is_refused(url):
    with pytest.raises(InvalidCallError):
        Environment.custom(url)


@pytest.mark.parametrize("url", ["http://portal.test", "http://192.0.2.1:8099"])
def test_clear_http_to_another_machine_is_refused(url):
    with pytest.raises(InvalidCallError, match="in clear"):
        Environment.custom(url)
    assert Environment.custom(url, allow_clear=True).api_url == url


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"])
def test_clear_http_to_this_machine_is_accepted(host):
    assert Environment.custom(f"http://{host}:8099").api_url.endswith(":8099")


def test_credentials_show_no_secret():
    shown = repr(Credentials("app", "s3cret", "TECH_1", "passw0rd"))
    assert "s3cret" not in shown
    assert "passw0rd" not in shown
