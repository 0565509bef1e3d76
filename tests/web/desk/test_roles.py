"""Every page of the desk asks who is there, and whether her role reaches that far."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from mailer.organisers import Role
from tests.web.visiting import Visit

DOOR = ("signing_in.", "invitation.")
"""Blueprints that are open to all: the door itself."""

VALUES = {"slug": "wandel-machen-vor-ort", "event": "bestand-nutzen"}
"""What stands in addresses of the desk; everything else there is a number."""


def rules_of_desk(visit: Visit) -> list[Rule]:
    rules = [rule for rule in visit.app.url_map.iter_rules() if rule.rule.startswith("/organiser")]
    return [rule for rule in rules if not rule.endpoint.startswith(DOOR)]


def requests_of_desk(visit: Visit) -> list[tuple[str, str, Role]]:
    """Method, address and the role it needs, for everything one can ask of the desk."""
    urls = visit.app.url_map.bind("localhost")
    return [
        (method, urls.build(rule.endpoint, values_for(rule), method=method), role_of(visit, rule))
        for rule in rules_of_desk(visit)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def values_for(rule: Rule) -> dict[str, str | int]:
    return {name: VALUES.get(name, 1) for name in rule.arguments}


def role_of(visit: Visit, rule: Rule) -> Role:
    role: Role = getattr(visit.app.view_functions[rule.endpoint], "needs_role")  # noqa: B009  # views are functions to mypy
    return role


def test_every_view_of_the_desk_says_which_role_it_needs(sqlite_visit: Visit) -> None:
    rules = rules_of_desk(sqlite_visit)

    silent = [
        r.endpoint for r in rules if not hasattr(sqlite_visit.app.view_functions[r.endpoint], "needs_role")
    ]

    assert rules != []
    assert silent == []


def test_stranger_is_asked_to_sign_in_everywhere(sqlite_visit: Visit) -> None:
    sqlite_visit.app.config["WTF_CSRF_ENABLED"] = False
    client = sqlite_visit.app.test_client()

    elsewhere = {
        (method, url): answer.status_code
        for method, url, _ in requests_of_desk(sqlite_visit)
        for answer in [client.open(url, method=method)]
        if not answer.headers.get("Location", "").startswith("/organiser/sign-in")
    }

    assert elsewhere == {}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SENDER])
def test_role_that_does_not_reach_is_refused_everywhere(
    visit: Visit, signed_in: Callable[[Role], FlaskClient], role: Role
) -> None:
    client = signed_in(role)
    visit.app.config["WTF_CSRF_ENABLED"] = False

    let_in = {
        (method, url): answer.status_code
        for method, url, needed in requests_of_desk(visit)
        if not role.covers(needed)
        for answer in [client.open(url, method=method)]
        if answer.status_code != 403
    }

    assert let_in == {}
