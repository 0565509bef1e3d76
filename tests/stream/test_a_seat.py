"""A seat at one dialogue, from the form to the mailbox and to the entrance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.registrations import Registration
from mailer.series import EventFormat, Question, QuestionKind
from tests.support.house import BASE_URL, House
from tests.support.mailbox import Caught
from tests.support.making import NOON, a_series, an_event
from tests.support.visitor import Visitor

START = NOON + timedelta(days=10)
FORM = f"{BASE_URL}/wandel/boden/register"
HOUR = timedelta(hours=1)


@pytest.fixture
def dialogue(house: House) -> House:
    """A hybrid dialogue with one place on site, and a question that must be answered."""
    with house.transaction() as session:
        food = Question(
            "food", QuestionKind.TEXT, {"de": "Was essen Sie?", "en": "What do you eat?"}, needed=True
        )
        event = an_event(
            session,
            a_series(session),
            starts_at=START,
            format=EventFormat.HYBRID,
            place="Potsdam",
            capacity=1,
        )
        event.questions = [food]
    return house


def fill_in(visitor: Visitor, name: str, way: str = "on_site", **fields: str) -> str:
    form = {
        "email": f"{name}@example.net",
        "name": name.title(),
        "attendance": way,
        "question-food": "Brot",
        "consent": "yes",
    }
    return visitor.press(FORM, **(form | fields)).text


def come(house: House, name: str, way: str = "on_site") -> tuple[Visitor, Caught]:
    """Somebody who registered and confirmed; the letter that came then."""
    visitor = Visitor(house)
    fill_in(visitor, name, way)
    house.tick()
    visitor.press(house.mailbox.to(f"{name}@example.net")[-1].link("registrations/confirm"))
    house.tick()
    return visitor, house.mailbox.to(f"{name}@example.net")[-1]


def facts(letter: Caught) -> list[str]:
    names = ("METHOD", "UID", "SEQUENCE", "ATTENDEE", "ORGANIZER", "STATUS")
    return [line for line in letter.calendar.splitlines() if line.startswith(names)]


def test_from_the_form_to_the_calendar_and_back(dialogue: House) -> None:
    visitor, letter = come(dialogue, "anna")

    guest = (
        "ATTENDEE;CN=Anna;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:"
        "mailto:anna@example.net"
    )
    assert letter.subject == "Sie sind angemeldet: Wie gelingt der Übergang?"
    assert sorted(facts(letter)) == [
        guest,
        "METHOD:REQUEST",
        'ORGANIZER;CN="Netzwerk Übung":mailto:dialog@example.org',
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "UID:boden-1@example.org",
    ]
    assert letter.message["List-Unsubscribe"] is None

    mine = letter.link("registrations")
    again = visitor.press(mine, do="give_back")
    dialogue.tick()

    gone = dialogue.mailbox.to("anna@example.net")[-1]
    assert "Danke, dass Sie Ihren Platz zurückgegeben haben." in again.text
    assert gone.subject == "Nicht mehr angemeldet: Wie gelingt der Übergang?"
    assert {"METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED", guest} <= set(facts(gone))


def test_the_answer_is_the_same_for_everybody(dialogue: House) -> None:
    come(dialogue, "anna")

    known = fill_in(Visitor(dialogue), "anna")
    unknown = fill_in(Visitor(dialogue), "berta")

    assert known == unknown
    assert "Wir haben Ihnen eine E-Mail geschickt." in known


def test_who_has_proven_the_address_needs_no_second_mail(dialogue: House) -> None:
    visitor, _ = come(dialogue, "anna", "online")
    with dialogue.transaction() as session:
        first = session.scalars(select(Registration)).one().event
        an_event(session, first.series, slug="wasser", starts_at=START + timedelta(days=7))

    form = {"email": "anna@example.net", "name": "Anna", "consent": "yes"}
    there = visitor.press(f"{BASE_URL}/wandel/wasser/register", **form)
    stranger = Visitor(dialogue).press(f"{BASE_URL}/wandel/wasser/register", **form)
    dialogue.tick()

    assert (there.status_code, stranger.status_code) == (303, 200)
    assert "Sie sind angemeldet und nehmen online teil." in visitor.open(there.headers["Location"]).text
    assert [letter.subject[:20] for letter in dialogue.mailbox.letters[2:]] == ["Sie sind angemeldet:"]


@pytest.mark.parametrize(
    ("sent_from", "status"), [("same-origin", 303), ("same-site", 200), ("cross-site", 200)]
)
def test_proof_counts_for_a_form_of_ours_only(dialogue: House, sent_from: str, status: int) -> None:
    """The form needs no token: another site may send it, and somebody must then confirm by mail."""
    visitor, _ = come(dialogue, "anna", "online")
    with dialogue.transaction() as session:
        first = session.scalars(select(Registration)).one().event
        an_event(session, first.series, slug="wasser", starts_at=START + timedelta(days=7))
    form = {"email": "anna@example.net", "name": "Anna", "consent": "yes"}

    answer = visitor.post(f"{BASE_URL}/wandel/wasser/register", sent_from=sent_from, **form)

    assert answer.status_code == status


def test_a_free_seat_is_offered_and_taken(dialogue: House) -> None:
    anna, mail = come(dialogue, "anna")
    berta, waits = come(dialogue, "berta")
    assert waits.subject == "Auf der Warteliste: Wie gelingt der Übergang?"

    anna.press(mail.link("registrations"), do="give_back")
    dialogue.tick(NOON + HOUR)
    offer = dialogue.mailbox.to("berta@example.net")[-1]
    page = berta.open(offer.link("registrations")).text
    taken = berta.press(offer.link("registrations"), do="accept")
    dialogue.tick(NOON + 2 * HOUR)

    assert offer.subject == "Ein Platz ist frei: Wie gelingt der Übergang?"
    assert "bis zum 4. Januar 2023, 12:00 Uhr" in offer.text
    assert "Ja, ich nehme den Platz" in page
    assert "Der Platz gehört Ihnen." in taken.text
    assert dialogue.mailbox.to("berta@example.net")[-1].subject.startswith("Sie sind angemeldet:")


def test_the_join_link_opens_a_quarter_of_an_hour_before_and_closes_with_the_end(dialogue: House) -> None:
    visitor, letter = come(dialogue, "anna", "online")
    link = letter.link("join")

    answers = []
    for moment in (
        START - timedelta(minutes=16),
        START - timedelta(minutes=15),
        START + timedelta(minutes=89),
    ):
        dialogue.now = moment
        answers.append(visitor.open(link))
    dialogue.now = START + timedelta(minutes=90)
    over = visitor.open(link)

    assert [answer.status_code for answer in answers] == [200, 302, 302]
    assert "ab dem 12.\u00a0Januar 2023, 11:45\u00a0Uhr" in answers[0].text
    assert answers[1].headers["Location"] == "https://meet.example.org/wandel"
    assert (over.status_code, "/wandel/boden" in over.text) == (410, True)
    assert "<h1>Dafür ist es zu spät</h1>" in over.text
    assert "https://meet.example.org/wandel" not in letter.text + letter.calendar


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(dialogue: House) -> None:
    answer = fill_in(
        Visitor(dialogue), "anna", **{"question-food": "", "wish": "Ein <Bus>", "attendance": ""}
    )

    assert "Bitte beantworten Sie diese Frage: Was essen Sie?" in answer
    assert "Bitte wählen Sie aus, wie Sie teilnehmen möchten." in answer
    assert "Ein &lt;Bus&gt;" in answer
    with dialogue.transaction() as session:
        assert session.scalars(select(Registration)).all() == []


def test_another_link_or_a_tampered_one_opens_nothing(dialogue: House) -> None:
    visitor, letter = come(dialogue, "anna", "online")
    mine, join = letter.link("registrations"), letter.link("join")

    swapped = mine.rpartition("/")[0] + "/" + join.rpartition("/")[2]
    tampered = mine[:-1] + ("A" if mine[-1] != "A" else "B")

    assert [visitor.open(url).status_code for url in (mine, swapped, tampered)] == [200, 404, 404]
