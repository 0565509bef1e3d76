"""A dialogue whose questions are written at the desk, and people who answer them."""

from __future__ import annotations

import csv
import io
import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mailer.series import Event, EventFormat, Question, get_event, get_series
from tests.support.seating import comes, seat_of
from tests.web.visiting import GERMAN, Visit, csrf_in

DIALOGUE = "/organiser/series/wandel-machen-vor-ort/dialogues/wirtschaftskreislaeufe"
URL = f"{DIALOGUE}/questions"
LIST = f"{DIALOGUE}/registrations"
PUBLIC = "/wandel-machen-vor-ort/wirtschaftskreislaeufe"
FOOD = {"kind": "text", "text.de": "Was essen Sie?", "text.en": "What do you eat?", "needed": "yes"}
WAY = {
    "kind": "choice",
    "text.de": "Wie kommen Sie?",
    "text.en": "How do you come?",
    "options.de": "mit der Bahn\r\n\r\nmit dem Rad\r\n",
    "options.en": "by train\nby bike",
}


def rows(*questions: dict[str, str]) -> dict[str, str]:
    return {f"questions.{n}.{name}": text for n, one in enumerate(questions) for name, text in one.items()}


def send(client: FlaskClient, do: str, *questions: dict[str, str], edition: str = "") -> TestResponse:
    page = client.get(URL, headers=GERMAN).text
    found = re.search(r'name="edition" value="(\d+)"', page)
    assert found is not None
    hidden = {"csrf_token": csrf_in(page), "edition": edition or found[1], "do": do}
    return client.post(URL, data=hidden | rows(*questions), headers=GERMAN)


def the_dialogue(visit: Visit, *questions: Question) -> None:
    with visit.transaction() as session:
        event = get_event(session, get_series(session, "wandel-machen-vor-ort"), "wirtschaftskreislaeufe")
        event.format, event.place, event.capacity = EventFormat.HYBRID, "Potsdam", 20
        event.questions = questions


def asked(visit: Visit) -> tuple[Question, ...]:
    with visit.transaction() as session:
        return about(session).questions


def about(session: Session) -> Event:
    return get_event(session, get_series(session, "wandel-machen-vor-ort"), "wirtschaftskreislaeufe")


def answers(visit: Visit, name: str = "anna") -> dict[str, str]:
    with visit.transaction() as session:
        return dict(seat_of(session, name).answers)


def come(visit: Visit, name: str = "anna", **given: str) -> int:
    """Somebody with a seat on site who gave these answers."""
    with visit.transaction() as session:
        seat = comes(session, about(session), name, now=visit.now)
        seat.answers = given
        return seat.id


def save_details(visit: Visit, number: int, **fields: str) -> TestResponse:
    url = f"/registrations/{visit.link('seat', number)}"
    client = visit.app.test_client()
    token = csrf_in(client.get(url, headers=GERMAN).text)
    form = {"csrf_token": token, "do": "details", "name": "Anna"} | fields
    return client.post(url, data=form, headers=GERMAN)


def problems(page: str) -> dict[str, str]:
    return dict(re.findall(r'<p class="field-problem" id="([^"]+)-problem">(.*?)</p>', page))


def exported(client: FlaskClient) -> dict[str, str]:
    """The only row of the list as a spreadsheet has it."""
    text = client.post(
        f"{LIST}/export", data={"csrf_token": csrf_in(client.get(LIST).text)}, headers=GERMAN
    ).text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    return row
