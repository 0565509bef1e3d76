"""A mailing under way as the desk shows it: its list, its standing, its recipients, its report."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event, select

from mailer import delivery, mailings
from mailer.delivery import Delivery, DeliveryState
from mailer.mailings import Draft, MailingState
from mailer.organisers import Role
from mailer.people import Person
from mailer.series import get_series
from tests.web.desk.writing import AT, people, post, the_mailing, the_mailings
from tests.web.visiting import GERMAN, SERIES, Visit


def open_message(visit: Visit, *, key: str = "one") -> int:
    """A message to everybody that is under way, nothing of it sent yet; its number."""
    with visit.transaction() as session:
        found = get_series(session, SERIES.strip("/"))
        draft = Draft({"de": "Neues"}, {"de": "Es gibt Neues."})
        written = mailings.write_draft(session, found, draft, key=key, author=None, now=visit.now)
        found.second_release = False
        mailings.release_draft(session, written.id, edition=0, releaser=None, now=visit.now)
        delivery.open_mailings(session, now=visit.now)
        return written.id


def decide(visit: Visit, address: str, **values: object) -> None:
    """Put one letter where a worker would have put it."""
    with visit.transaction() as session:
        session.execute(sa.update(Delivery).where(Delivery.address == address).values(**values))


@contextmanager
def counted(visit: Visit) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = visit.house.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries(visit: Visit, client: FlaskClient, url: str) -> int:
    client.get(url)
    with counted(visit) as sent:
        assert client.get(url).status_code == 200
    return len(sent)


def test_list_counts_and_groups_and_pages(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)
    with visit.transaction() as session:
        found = get_series(session, SERIES.strip("/"))
        for number in range(35):
            mailings.write_draft(
                session, found, Draft({"de": f"Entwurf {number}"}, {}), key=str(number), author=None, now=visit.now
            )  # fmt: skip
    open_message(visit)

    first = owner.get(AT, headers=GERMAN).text
    older = re.search(r'href="([^"]+)">Ältere', first)
    assert older is not None
    second = owner.get(older[1].replace("&amp;", "&"), headers=GERMAN).text

    numbers = re.findall(r'tab-number">(\d+)<', first)
    assert numbers == ["36", "35", "0", "1", "0", "0", "0"]
    assert len(re.findall(r"<tr>", first)) - 1 == 30
    assert len(re.findall(r"<tr>", second)) - 1 == 6


def test_lists_ask_the_database_as_often_for_one_row_as_for_300(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)
    number = open_message(visit)
    urls = [AT, f"{AT}/{number}/recipients", f"{AT}/{number}/progress", f"{AT}/{number}"]
    few = [queries(visit, owner, url) for url in urls]

    people(visit, 300, first=1)
    with visit.transaction() as session:
        found = get_series(session, SERIES.strip("/"))
        for each in range(300):
            draft = Draft({"de": "x"}, {"de": "y"}, event=found.events[each % len(found.events)])
            mailings.write_draft(session, found, draft, key=f"d{each}", author=None, now=visit.now)
    with visit.transaction() as session:
        session.execute(sa.delete(Delivery))
        session.execute(sa.update(mailings.Mailing).values(opened_at=None))
        mailing = session.get_one(mailings.Mailing, number)
        mailing.state = MailingState.RELEASED
    with visit.transaction() as session:
        assert delivery.open_mailings(session, now=visit.now) == 301

    assert [queries(visit, owner, url) for url in urls] == few


def test_progress_tells_how_far_it_is_and_stops_asking_when_it_is_done(
    visit: Visit, owner: FlaskClient
) -> None:
    people(visit, 2)
    number = open_message(visit)
    moving = owner.get(f"{AT}/{number}/progress", headers=GERMAN).text
    with visit.transaction() as session:
        session.execute(sa.update(Delivery).values(state=DeliveryState.SENT, code=250, done_at=visit.now))
    with visit.transaction() as session:
        delivery.finish_mailings(session, now=visit.now)

    done = owner.get(f"{AT}/{number}/progress", headers=GERMAN).text

    assert "0 von 2 Briefen vom Mailserver übernommen" in moving
    assert 'hx-trigger="every 2s"' in moving
    assert "2 von 2 Briefen vom Mailserver übernommen" in done
    assert "hx-" not in done
    assert "Anhalten" not in done


def test_answers_stand_in_plain_words(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 5)
    number = open_message(visit)
    failed = {"state": DeliveryState.FAILED, "done_at": visit.now, "reason": "refused"}
    decide(visit, "p0@example.org", code=550, reply="5.1.1 no such user here", **failed)
    decide(visit, "p1@example.org", code=550, reply="5.1.1 unknown", **failed)
    decide(visit, "p2@example.org", code=552, reply="5.2.2 over quota", **failed)
    decide(visit, "p3@example.org", state=DeliveryState.DEFERRED, code=451, reply="4.7.1 greylisted")
    decide(visit, "p4@example.org", state=DeliveryState.SKIPPED, done_at=visit.now, reason="left")

    page = owner.get(f"{AT}/{number}/answers", headers=GERMAN).text

    told = re.findall(r'answer-count">(\d+)</span>\s*<div>([^<\n]+)', page)
    assert sorted(told) == sorted(
        [
            ("2", "Die Adresse gibt es nicht."),
            ("1", "Das Postfach ist voll."),
            ("1", "Der empfangende Mailserver bittet uns, später wiederzukommen. Beim ersten Brief ist das üblich."),
            ("1", "Inzwischen von der Liste abgemeldet."),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["p0", "p1", "p2", "p3"]),
        ("?q=P2@", ["p2"]),
        ("?q=person+3", ["p3"]),
        ("?q=%25", []),
        ("?state=failed", ["p1"]),
        ("?state=failed&q=p2", []),
        ("?state=unsinn", ["p0", "p1", "p2", "p3"]),
        ("?after=p1@example.org", ["p2", "p3"]),
        ("?q=%00%27", []),
    ],
)
def test_recipients_are_found_by_address_name_and_state(
    visit: Visit, owner: FlaskClient, query: str, shown: list[str]
) -> None:
    people(visit, 4)
    number = open_message(visit)
    failed = {"state": DeliveryState.FAILED, "done_at": visit.now, "reason": "refused"}
    decide(visit, "p1@example.org", code=550, reply="5.1.1 no such user", **failed)

    page = owner.get(f"{AT}/{number}/recipients{query}", headers=GERMAN)

    assert page.status_code == 200
    assert re.findall(r'class="address">(p\d)@example', page.text) == shown


def test_recipients_are_for_those_who_may_see_addresses(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    people(visit, 1)
    number = open_message(visit)
    editor = signed_in(Role.EDITOR)

    preview = editor.get(f"{AT}/{number}/preview?who=p0@example.org", headers=GERMAN).text

    assert editor.get(f"{AT}/{number}/recipients").status_code == 403
    assert "p0@example.org" not in preview
    assert editor.get(f"{AT}/{number}").status_code == 200


def test_report_is_a_spreadsheet_that_runs_nothing(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    with visit.transaction() as session:
        person = session.scalars(select(Person).where(Person.address == "p0@example.org")).one()
        person.name = '=HYPERLINK("http://evil.example";"Ä")'
    number = open_message(visit)

    answer = owner.get(f"{AT}/{number}/report.csv", headers=GERMAN)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[:4] for row in rows] == [
        ["Adresse", "Name", "Sprache", "Zustand"],
        ["p0@example.org", '\'=HYPERLINK("http://evil.example";"Ä")', "de", "wartend"],
        ["p1@example.org", "Person 1", "de", "wartend"],
    ]


def test_letters_in_doubt_are_decided_one_by_one_or_all(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 4)
    number = open_message(visit)
    held = {"state": DeliveryState.HELD, "reason": "in doubt: held until somebody decides"}
    for one in range(3):
        decide(visit, f"p{one}@example.org", **held)
    with visit.house.database.reading() as session:
        first = session.scalars(select(Delivery.id).where(Delivery.address == "p0@example.org")).one()

    post(owner, f"{AT}/{number}/doubt", row=str(first), decision="sent")
    again = post(owner, f"{AT}/{number}/doubt", row=str(first), decision="again")
    post(owner, f"{AT}/{number}/doubt", decision="again")

    assert again.status_code == 303
    with visit.house.database.reading() as session:
        states = session.scalars(select(Delivery.state).order_by(Delivery.address)).all()
        counts = delivery.counts_by_state(session, session.get_one(mailings.Mailing, number))
    assert [state.value for state in states] == ["sent", "queued", "queued", "queued"]
    assert (counts["sent"], counts["queued"], sum(counts.values())) == (1, 3, 4)


def test_stopping_says_its_consequence_in_numbers(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 3)
    number = open_message(visit)

    weighed = owner.get(f"{AT}/{number}/stop", headers=GERMAN).text
    post(owner, f"{AT}/{number}/stop")

    assert "0 von 3 versendet." in weighed
    assert "3 Personen bekommen sie nicht." in weighed
    assert the_mailing(visit).state is MailingState.CANCELLED


def test_announcement_is_sent_by_hand_after_its_numbers_were_shown(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    chosen = f"{AT}/send?kind=info&event=wirtschaftskreislaeufe"

    before = owner.get(chosen, headers=GERMAN).text
    post(owner, f"{AT}/send", key="k", kind="info", event="wirtschaftskreislaeufe")
    with visit.transaction() as session:
        delivery.open_mailings(session, now=visit.now)
    after = owner.get(chosen, headers=GERMAN).text
    over = owner.get(f"{AT}/send?kind=reminder&event=bestand-nutzen", headers=GERMAN).text

    assert "<strong>2</strong> Personen bekommen sie jetzt." in before
    assert "Es ist niemand übrig, der noch nichts davon weiß." in after
    assert 'role="alert"' in over
    (sent,) = the_mailings(visit)
    assert (sent.kind.value, sent.origin.value, sent.recipients) == ("info", "hand", 2)


def test_page_of_what_waits_names_its_time(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)
    with visit.transaction() as session:
        found = get_series(session, SERIES.strip("/"))
        written = mailings.write_draft(
            session, found, Draft({"de": "Neues"}, {"de": "Text"}), key="k", author=None, now=visit.now
        )
        due = datetime(2023, 4, 3, 7, 0, tzinfo=UTC)
        mailings.release_draft(session, written.id, edition=0, releaser=None, due_at=due, now=visit.now)

    page = owner.get(f"{AT}/{written.id}", headers=GERMAN).text

    assert "Montag, 3. April 2023, 09:00 Uhr (MESZ)" in page
    assert "Zurückholen, wieder Entwurf" in page
