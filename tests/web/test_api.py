"""What other programs read of the house, and tell it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from sqlalchemy import select
from werkzeug.test import TestResponse

from mailer import outcomes, series
from mailer.core.db import Database
from mailer.subscriptions import Consent
from mailer.web.api.describing import document
from tests.support.counting import queries
from tests.web.visiting import GERMAN, SERIES, Visit, confirmed, open_house, sign_up

SLUG = SERIES[1:]
READ = f"/api/v1/series/{SLUG}"
ASK = f"{READ}/subscriptions"
WISH: dict[str, Any] = {"email": "anna@example.net", "name": "Anna", "language": "de", "consent": True}
PROBLEM = "application/problem+json"
QUICKLY = settings(
    max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def ask(client: FlaskClient, **members: Any) -> TestResponse:
    return client.post(ASK, json=WISH | members, headers=GERMAN)


def test_program_asks_as_the_form_does(visit: Visit, client: FlaskClient) -> None:
    answer = ask(client)

    found = visit.subscription()
    assert (answer.status_code, answer.mimetype) == (202, "application/json")
    assert found is not None
    assert (found.state.value, found.asked_name, found.asked_language) == ("pending", "Anna", "de")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_answer_does_not_tell_whether_an_address_is_known(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    answers = [
        ask(client, email=email) for email in ("anna@example.net", "new@example.net", "new@example.net")
    ]

    assert {(answer.status_code, answer.data) for answer in answers} == {(202, answers[0].data)}


def test_wording_that_was_shown_is_kept(visit: Visit, client: FlaskClient) -> None:
    shown = client.get(READ, headers={"Accept-Language": "en"}).json
    assert shown is not None

    ask(client, consent=shown["consent"]["version"])

    with visit.house.database.reading() as session:
        assert session.scalars(select(Consent.wording)).all() == [shown["consent"]["version"]]


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({"email": ""}, ["email"]),
        ({"email": 5}, ["email"]),
        ({"email": "a\x00b@example.net"}, ["email"]),
        ({"email": "\ud800@example.net"}, ["email"]),
        ({"email": ["anna@example.net"]}, ["email"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": None}, ["name"]),
        ({"language": "fr"}, ["language"]),
        ({"language": {}}, ["language"]),
        ({"consent": False}, ["consent"]),
        ({"consent": "yes"}, ["consent"]),
        ({"consent": 1}, ["consent"]),
        ({"admin": True}, ["admin"]),
        ({"zz": 1, "consent": None, "email": "anna@", "name": 7}, ["email", "name", "consent", "zz"]),
    ],
)
def test_each_member_to_mend_gets_a_sentence(
    visit: Visit, client: FlaskClient, members: dict[str, Any], wrong: list[str]
) -> None:
    answer = ask(client, **members)

    told = json.loads(answer.data)
    assert (answer.status_code, answer.mimetype, told["status"]) == (422, PROBLEM, 422)
    assert [error["pointer"] for error in told["errors"]] == [f"#/{name}" for name in wrong]
    assert all(error["detail"].endswith(".") for error in told["errors"])
    assert visit.subscription() is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"email": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"email=anna%40example.net&consent=yes", "application/x-www-form-urlencoded", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_wish_is_refused_as_a_problem(
    client: FlaskClient, body: bytes, kind: str, status: int
) -> None:
    answer = client.post(ASK, data=body, content_type=kind)

    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert json.loads(answer.data)["status"] == status


def test_unknown_ended_and_wrong_methods_are_problems_too(visit: Visit, client: FlaskClient) -> None:
    unknown, wrong = client.get("/api/v1/series/nix"), client.delete(READ)
    visit.now += timedelta(days=365)
    over = ask(client)

    assert [(one.status_code, one.mimetype) for one in (unknown, wrong, over)] == [
        (404, PROBLEM),
        (405, PROBLEM),
        (409, PROBLEM),
    ]
    assert json.loads(over.data)["code"] == "series_over"
    assert "GET" in wrong.headers["Allow"]
    assert client.get("/api/v2").mimetype == PROBLEM


def test_form_and_program_share_one_limit(database: Database, tmp_path: Path) -> None:
    visit = open_house(database, tmp_path, RATELIMIT_ENABLED="1")
    client = visit.app.test_client()
    for number in range(15):
        sign_up(client, f"a{number}@example.net")
        ask(client, email=f"b{number}@example.net")

    refused = ask(client, email="late@example.net")

    assert (refused.status_code, refused.mimetype) == (429, PROBLEM)
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_any_site_may_read_the_answers_without_cookies(client: FlaskClient) -> None:
    preflight = client.options(ASK, headers={"Origin": "https://example.org"})
    answers = [
        client.get(READ),
        ask(client),
        ask(client, email=""),
        client.get("/api/v1/series/nix"),
        preflight,
    ]

    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}
    assert not any("Access-Control-Allow-Credentials" in answer.headers for answer in answers)
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in client.get(SERIES).headers


def test_series_is_told_with_its_dialogues(visit: Visit, client: FlaskClient) -> None:
    told = client.get(READ, headers=GERMAN).json
    assert told is not None
    first, month_only = told["events"][0], told["events"][6]

    assert (told["title"], told["language"], len(told["events"])) == ("Wandel. Machen. Vor Ort.", "de", 8)
    assert (first["starts_at"], first["format"]) == ("2023-01-26T17:00:00+01:00", "hybrid")
    assert (month_only["starts_at"], month_only["month"], month_only["state"]) == (
        None,
        "2023-08",
        "announced",
    )
    assert "meet.example.org" not in json.dumps(told)
    with visit.transaction() as session:
        series.get_event(session, series.get_series(session, SLUG), "boden").draft = True
    assert len(client.get(READ).json["events"]) == 7  # type: ignore[index]


def test_dialogue_is_told_with_easy_words_the_way_there_and_what_came_of_it(
    visit: Visit, client: FlaskClient
) -> None:
    with visit.transaction() as session:
        found = series.get_series(session, SLUG)
        hybrid, online = (series.get_event(session, found, name) for name in ("bestand-nutzen", "boden"))
        hybrid.plain_language = {"de": "Viele Häuser sind leer."}
        hybrid.arrival = online.arrival = {"de": "Mit der **Bahn**."}
        conditions = outcomes.list_conditions(session, hybrid)
        expected = [{"level": one.level.value, "text": one.text["de"]} for one in conditions]
        guiding = hybrid.guiding_question["de"]

    german, english = (client.get(f"{READ}?lang={code}").json for code in ("de", "en"))

    assert german is not None
    assert english is not None
    told = {event["slug"]: event for event in german["events"]}
    first = told["bestand-nutzen"]
    assert len(expected) > 3
    assert (first["conditions"], first["guiding_question"]) == (expected, guiding)
    assert (first["plain_language"], english["events"][0]["plain_language"]) == (
        "Viele Häuser sind leer.",
        "",
    )
    assert [told[name]["arrival"] for name in ("bestand-nutzen", "boden")] == ["Mit der **Bahn**.", ""]
    assert told["beteiligung"]["conditions"] == []


def test_series_takes_as_many_queries_however_many_conditions_there_are(
    visit: Visit, client: FlaskClient
) -> None:
    with queries(visit.house.database) as few:
        client.get(READ)
    with visit.transaction() as session:
        for event in series.get_series(session, SLUG).events:
            outcomes.replace_conditions(
                session, event, [outcomes.Condition(outcomes.Level.MUNICIPALITY, {"de": "Geld"})] * 5
            )

    with queries(visit.house.database) as many:
        answer = client.get(READ).text

    assert answer.count('"Geld"') == 40
    assert len(many) == len(few)


def test_series_for_programs_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get(READ)

    again = client.get(READ, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert (first.headers["Vary"], "Set-Cookie" in first.headers) == ("Accept-Language", False)


def test_document_describes_every_route_and_no_other(visit: Visit) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in visit.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    described = {(path, method) for path, item in document()["paths"].items() for method in item}

    assert described == routes


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("where", [{"slug": SLUG}, None], ids=["our series", "any series"])
def test_house_does_what_its_document_says(
    visit: Visit, mode: schemathesis.GenerationMode, where: dict[str, str] | None
) -> None:
    """Whatever the document allows and forbids, tried by a program that has read nothing else."""
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", visit.app)
    for result in described.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if not operation.path_parameters:
            continue
        cases = operation.as_strategy(generation_mode=mode, path_parameters=where)

        @QUICKLY
        @given(cases)
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate()

        holds()
