"""The OpenAPI document: it is whole, and the real application does what it says."""

import re
from collections.abc import Callable

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.document import openapi_document

schema = schemathesis.openapi.from_dict(openapi_document())


def test_every_route_of_the_api_is_in_the_document(app: Flask) -> None:
    """What can be asked is documented; what is documented can be asked."""
    documented = set(openapi_document()["paths"])
    routes = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert documented == routes


def test_the_document_is_the_same_for_everyone(client: FlaskClient) -> None:
    """It is served as made, in version 3.1."""
    answer = client.get("/api/v1/openapi.json")
    assert openapi_document() == answer.get_json()
    assert "3.1.0" == answer.get_json()["openapi"]


@pytest.fixture
def generous_app(make_app: Callable[..., Flask]) -> Flask:
    """An application whose rates a test does not reach."""
    return make_app(rate_limit_search="100000 per minute")


@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_application_keeps_the_document(case: schemathesis.Case, generous_app: Flask) -> None:
    """Whatever is sent, good or bad, the answer is one that the document allows."""
    case.call_and_validate(
        app=generous_app,
        base_url="http://localhost",
        # a question of spaces, and an unknown slug, fit the schema and are refused all the same
        excluded_checks=[positive_data_acceptance],
    )
