"""Who registered for a dialogue, at the desk."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from mailer import delivery, registrations
from mailer.delivery import Delivery, DeliveryState
from mailer.organisers import AuditEntry
from mailer.registrations import Attendance, Registration, RegistrationState, SeatLetter
from mailer.series import EventFormat, Question, QuestionKind, get_event, get_series
from tests.support.counting import queries
from tests.support.seating import asks, comes, seat_of
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, Visit, csrf_in

LIST = "/organiser/series/wandel-machen-vor-ort/dialogues/wirtschaftskreislaeufe/registrations"
FOOD = Question("food", QuestionKind.TEXT, {"de": "Was essen Sie?"})


def people_come(visit: Visit, *names: str, capacity: int = 2) -> dict[str, int]:
    """A hybrid dialogue, and people who want a seat on site; the numbers of their registrations."""
    with visit.transaction() as session:
        event = get_event(session, get_series(session, "wandel-machen-vor-ort"), "wirtschaftskreislaeufe")
        event.format, event.place, event.capacity = EventFormat.HYBRID, "Potsdam", capacity
        event.questions = [FOOD]
        return {name: comes(session, event, name, now=visit.now).id for name in names}


def letters_end(visit: Visit, name: str, state: DeliveryState, code: int, reply: str) -> None:
    """Her letters come to this end, as a worker writes it down."""
    with visit.transaction() as session:
        delivery.open_seat_letters(session, now=visit.now)
        ends = {"state": state, "code": code, "reply": reply, "done_at": visit.now}
        hers = update(Delivery).where(Delivery.address == f"{name}@example.net")
        session.execute(hers.values(**ends).execution_options(synchronize_session=False))


def send(client: FlaskClient, url: str, page: str = LIST, **fields: str) -> str:
    """Press a button of a page; what the next page says."""
    token = csrf_in(client.get(page, headers=GERMAN).text)
    answer = client.post(url, data={"csrf_token": token} | fields, headers=GERMAN, follow_redirects=True)
    return answer.text


def test_the_list_says_who_has_a_place_and_who_waits(visit: Visit, sender: FlaskClient) -> None:
    people_come(visit, "anna", "berta", "carla")

    page = sender.get(LIST, headers=GERMAN).text
    waiting = sender.get(f"{LIST}?state=waiting", headers=GERMAN).text
    dialogues = sender.get(LIST.rpartition("/")[0].rpartition("/")[0], headers=GERMAN).text
    overview = sender.get("/organiser/series/wandel-machen-vor-ort/", headers=GERMAN).text

    assert "2 von 2 Plätzen vor Ort, 0 online, 1 auf der Warteliste" in page
    assert [name for name in ("Anna", "Berta", "Carla") if f"<bdi>{name}</bdi>" in waiting] == ["Carla"]
    assert "2 von 2 Plätzen vor Ort, 0 online, 1 auf der Warteliste" in dialogues
    assert "2 von 2 Plätzen vor Ort, 0 online, 1 auf der Warteliste" in overview


def test_the_list_takes_as_many_queries_however_long_it_is(visit: Visit, sender: FlaskClient) -> None:
    people_come(visit, "anna")
    with queries(visit.house.database) as few:
        sender.get(LIST)
    people_come(visit, *(f"p{n}" for n in range(60)), capacity=100)

    with queries(visit.house.database) as many:
        first = sender.get(LIST, headers=GERMAN).text

    assert len(many) == len(few)
    assert (first.count("<bdi>P"), "older=" in first) == (50, True)


def test_who_is_taken_back_makes_room_and_a_larger_house_too(visit: Visit, sender: FlaskClient) -> None:
    numbers = people_come(visit, "anna", "berta", "carla", capacity=1)

    send(sender, f"{LIST}/{numbers['anna']}/remove", f"{LIST}/{numbers['anna']}")
    more = send(sender, f"{LIST}/capacity", capacity="2")
    wrong = send(sender, f"{LIST}/capacity", capacity="viele")
    with visit.transaction() as session:
        registrations.settle_due(session, now=visit.now)
        states = {name: seat_of(session, name) for name in numbers}
        noted = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()

    assert states["anna"].state is RegistrationState.WITHDRAWN
    assert [states[name].is_offered for name in ("berta", "carla")] == [True, True]
    assert ("Die Zahl der Plätze ist geändert." in more, "Bitte geben Sie eine ganze Zahl ein" in wrong) == (
        True,
        True,
    )
    assert noted[-2:] == ["seat.removed", "seat.capacity_changed"]


def test_desk_says_whether_who_is_taken_back_is_written_to(visit: Visit, sender: FlaskClient) -> None:
    """It promised a mail for people of the waiting list, too: they have no seat to lose, and get none."""
    numbers = people_come(visit, "anna", "berta", capacity=1)

    waited = send(sender, f"{LIST}/{numbers['berta']}/remove", f"{LIST}/{numbers['berta']}")
    had_one = send(sender, f"{LIST}/{numbers['anna']}/remove", f"{LIST}/{numbers['anna']}")
    with visit.transaction() as session:
        owed = [seat_of(session, name).owed for name in ("berta", "anna")]

    assert "Eine E-Mail dazu geht nicht hinaus." in waited
    assert "Die Person erfährt es per E-Mail." in had_one
    assert owed == [None, SeatLetter.WITHDRAWAL]


def test_the_file_holds_answers_and_nothing_that_a_spreadsheet_runs(
    visit: Visit, sender: FlaskClient
) -> None:
    numbers = people_come(visit, "anna")
    with visit.transaction() as session:
        anna = session.get_one(Registration, numbers["anna"])
        anna.answers, anna.wish, anna.name = {"food": "=1+1"}, "@SUM(A1)", "+Anna"

    text = send(sender, f"{LIST}/export")

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    row = rows[0]
    assert len(rows) == 1
    assert (row["name"], row["Was essen Sie?"], row["wish"]) == ("'+Anna", "'=1+1", "'@SUM(A1)")
    assert (row["email"], row["state"]) == ("anna@example.net", "on_site")


def test_an_arrival_is_noted_once_and_only_by_who_is_signed_in(visit: Visit, owner: FlaskClient) -> None:
    numbers = people_come(visit, "anna")
    url = f"/organiser/arrival/{visit.link('arrival', numbers['anna'])}"

    stranger = visit.app.test_client().get(url)
    send(owner, f"{url}/in", url)
    visit.now += timedelta(minutes=5)
    again = send(owner, f"{url}/in", url)

    with visit.transaction() as session:
        came = seat_of(session, "anna").checked_in_at
        noted = session.scalars(select(AuditEntry.action)).all().count("seat.checked_in")
    assert stranger.headers["Location"].startswith("/organiser/sign-in")
    assert came == visit.now - timedelta(minutes=5)
    assert (noted, "Ist da" in again) == (1, True)


def test_an_edit_of_the_dialogue_keeps_its_questions(visit: Visit, owner: FlaskClient) -> None:
    people_come(visit, "anna")

    send(owner, f"{LIST}/capacity", capacity="7")

    with visit.transaction() as session:
        event = get_event(session, get_series(session, "wandel-machen-vor-ort"), "wirtschaftskreislaeufe")
        assert (event.capacity, event.questions) == (7, (FOOD,))


@pytest.mark.parametrize("width", [1000, 375])
def test_nothing_is_wrong_with_the_pages(desk: Desk, width: int) -> None:
    numbers = people_come(desk.visit, "anna", "berta", "carla")
    with desk.visit.transaction() as session:
        event = get_event(session, get_series(session, "wandel-machen-vor-ort"), "wirtschaftskreislaeufe")
        asks(session, event, "emil", Attendance.ONLINE, now=desk.visit.now)
    page = desk.open(width=width)

    found = {}
    for url in (
        LIST,
        f"{LIST}/{numbers['anna']}",
        f"/organiser/arrival/{desk.visit.link('arrival', numbers['anna'])}",
        f"/registrations/{desk.visit.link('seat', numbers['anna'])}",
        "/wandel-machen-vor-ort/wirtschaftskreislaeufe/register",
    ):
        page.goto(url)
        found[url] = wrong_with(page)

    assert {url: wrong for url, wrong in found.items() if wrong} == {}


REFUSED = (DeliveryState.FAILED, 550, "5.1.1 no such user")


def test_a_seat_whose_letters_are_refused_for_good_is_marked_and_can_be_freed(
    visit: Visit, sender: FlaskClient
) -> None:
    numbers = people_come(visit, "anna", "berta", "carla", "dora")
    letters_end(visit, "anna", *REFUSED)
    letters_end(visit, "berta", DeliveryState.FAILED, 550, "5.7.1 looks like spam")
    letters_end(visit, "carla", DeliveryState.SENT, 250, "2.0.0 ok")

    page = sender.get(LIST, headers=GERMAN).text
    hers, others = (sender.get(f"{LIST}/{numbers[name]}", headers=GERMAN).text for name in ("anna", "berta"))
    with visit.transaction() as session:
        held = seat_of(session, "anna").has_seat
    freed = send(sender, f"{LIST}/{numbers['anna']}/remove", f"{LIST}/{numbers['anna']}")

    marked = [row for row in page.split("<tr>") if "nicht zustellbar" in row]
    assert (len(marked), "anna@example.net" in marked[0]) == (1, True)
    assert ("dass es die Adresse nicht gibt" in hers, "dass es die Adresse nicht gibt" in others) == (
        True,
        False,
    )
    assert held
    assert "nicht gibt" not in freed
    with visit.transaction() as session:
        assert seat_of(session, "carla").is_offered


def test_a_seat_whose_newest_letter_arrived_is_not_marked(visit: Visit, sender: FlaskClient) -> None:
    number = people_come(visit, "anna")["anna"]
    letters_end(visit, "anna", *REFUSED)
    with visit.transaction() as session:
        registrations.switch(session, number, Attendance.ONLINE, now=visit.now)
        delivery.open_seat_letters(session, now=visit.now)
        newest = select(func.max(Delivery.id)).scalar_subquery()
        session.execute(
            update(Delivery).where(Delivery.id == newest).values(state=DeliveryState.SENT, code=250)
        )

    assert "nicht zustellbar" not in sender.get(LIST, headers=GERMAN).text
