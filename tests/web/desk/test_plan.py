"""Every mail of a series on one time line, and what would be if things went otherwise."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import series
from mailer.mailings import Mailing, MailingKind, MailingState, Origin
from mailer.series import Event
from tests.support.counting import queries
from tests.support.making import a_subscription, an_event
from tests.support.ticking import everything_arrives, tick
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, START, Visit, csrf_in, press

SLUG = "wandel-machen-vor-ort"
PLAN = f"/organiser/series/{SLUG}/plan"
ENGLISH = {"lang": "en"}
DOWN = {"down_from": "2023-04-25T08:00", "down_until": "2023-04-27T10:00"}


def seat(visit: Visit, *addresses: str) -> None:
    with visit.transaction() as session:
        found = series.get_series(session, SLUG)
        for address in addresses:
            a_subscription(session, found, address, now=START - timedelta(days=100))


def plain(page: str) -> str:
    """What the page says, without its tags."""
    text = re.sub(r"<(script|style|option).*?</\1>|<[^>]+>", " ", page, flags=re.S)
    return " ".join(text.split()).replace(" ,", ",")


def test_plan_tells_what_was_and_what_comes_with_numbers(visit: Visit, owner: FlaskClient) -> None:
    seat(visit, "anna@example.net", "ben@example.net")
    visit.now = START - timedelta(days=11)
    with visit.transaction() as session:
        tick(session, now=visit.now)
        everything_arrives(session, now=visit.now)
    visit.now = START

    said = plain(owner.get(PLAN, query_string=ENGLISH).text)

    assert (
        "Wednesday, 29 March 2023, 09:00 (CEST) Reminder: How can we strengthen local economic cycles" in said
    )
    assert "next 2 people (2 Deutsch)" in said
    assert "It speaks of the dialogue as “tomorrow at 17:00”." in said
    assert "Thursday, 12 October 2023, 09:00 (CEST) Farewell" in said
    assert "2 people (2 Deutsch), 2 sent" in said


def test_missed_mail_says_why(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        tick(session, now=START)

    said = plain(owner.get(PLAN, query_string=ENGLISH).text)

    assert "missed It could not leave before its time had passed; perhaps the worker was not running." in said


def test_each_planned_mail_can_be_looked_at(owner: FlaskClient) -> None:
    page = owner.get(PLAN).text

    urls = re.findall(rf'href="(/organiser/series/{SLUG}/preview/[^"]+)"', page)
    statuses = {owner.get(url.replace("&amp;", "&")).status_code for url in urls}

    assert len(urls) == 11
    assert statuses == {200}


def test_organiser_elsewhere_reads_both_clocks(owner: FlaskClient) -> None:
    chosen = press(owner, f"{PLAN}/clock", zone="America/New_York")

    said = plain(owner.get(PLAN, query_string=ENGLISH).text)

    assert chosen.status_code == 303
    assert "Wednesday, 29 March 2023, 09:00 (CEST) for you 03:00 (EDT)" in said
    press(owner, f"{PLAN}/clock", zone="")
    assert "for you" not in owner.get(PLAN, query_string=ENGLISH).text


def test_own_clock_is_chosen_at_the_account_too(owner: FlaskClient) -> None:
    account = "/organiser/account"
    token = csrf_in(owner.get(account, headers=GERMAN).text)

    chosen = owner.post(f"{account}/clock", data={"csrf_token": token, "zone": "America/New_York"})

    assert chosen.headers["Location"] == account
    assert '<option value="America/New_York" selected>' in owner.get(account, headers=GERMAN).text
    assert "for you 03:00 (EDT)" in owner.get(PLAN, query_string=ENGLISH).text


def test_zone_nobody_knows_is_forgotten(owner: FlaskClient) -> None:
    press(owner, f"{PLAN}/clock", zone="../../etc/passwd")

    assert owner.get(PLAN).status_code == 200
    assert owner.get_cookie("desk_zone", path="/organiser") is None


def test_server_away_shows_what_leaves_later_and_saves_nothing(visit: Visit, owner: FlaskClient) -> None:
    seat(visit, "anna@example.net")

    answer = owner.get(PLAN, query_string=ENGLISH | DOWN)

    said = plain(answer.text)
    assert answer.status_code == 200
    assert "1 mail is concerned." in said
    assert "Thursday, 27 April 2023, 10:00 (CEST) Reminder: How do services for the common good" in said
    assert "as things stand: Wednesday, 26 April 2023, 09:00 (CEST)" in said
    assert "It speaks of the dialogue as “today at 17:00”." in said
    with visit.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Mailing)) == 0


def test_answer_has_an_address_to_pass_on(owner: FlaskClient) -> None:
    first = owner.get(PLAN, query_string=ENGLISH | DOWN | {"move": "boden", "by": "-2", "unit": "hours"})
    link = re.search(r'id="link" class="share-link" value="([^"]+)"', first.text)
    assert link is not None

    again = owner.get(link[1].replace("&amp;", "&"))

    assert plain(again.text) == plain(first.text)


def test_dialogue_moves_by_a_day_and_its_mails_with_it(owner: FlaskClient) -> None:
    said = plain(owner.get(PLAN, query_string=ENGLISH | {"move": "boden", "by": "1"}).text)

    assert "2 mails are concerned." in said
    assert "Friday, 12 May 2023, 09:00 (CEST) Announcement: How can soil be used" in said


def test_rule_changes_for_all_dialogues_to_come(owner: FlaskClient) -> None:
    said = plain(owner.get(PLAN, query_string=ENGLISH | {"rule": "1", "every": "7", "rule_at": "10:00"}).text)

    assert "Thursday, 20 April 2023, 10:00 (CEST) Announcement: How do services" in said


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"down_from": "2023-04-25T08:00"}, "Please say from when until when the server is down."),
        ({"down_from": "soon", "down_until": "later"}, "Please write a day and a time such as"),
        (
            {"down_from": "2023-04-26T08:00", "down_until": "2023-04-25T08:00"},
            "The server would be back before it was away.",
        ),
        ({"down_from": "2023-01-02T08:00", "down_until": "2023-01-03T08:00"}, "This lies in the past."),
        ({"down_from": "2023-10-29T02:30", "down_until": "2023-10-30T08:00"}, "comes twice on that day"),
        ({"down_from": "2024-03-31T02:30", "down_until": "2024-04-01T08:00"}, "does not exist on that day"),
        (
            {"down_from": "9999-12-31T23:59", "down_until": "9999-12-31T23:59"},
            "Please write a day and a time",
        ),
        ({"move": "boden"}, "Please enter a whole number from -999 to 999."),
        ({"move": "boden", "by": "0"}, "By nothing at all is no change."),
        ({"move": "boden", "by": "1e9"}, "Please enter a whole number from -999 to 999."),
        ({"move": "boden", "by": "999", "unit": "weeks"}, "or in more than ten years."),
        ({"move": "boden", "by": "-999", "unit": "weeks"}, "would begin in the past"),
        ({"move": "boden", "to": "1970-01-01T00:00"}, "Please write a day and a time"),
        ({"move": "nowhere", "by": "1"}, "has no dialogue “nowhere”."),
        ({"move": "engagement", "by": "1"}, "is over, so there is nothing to move."),
        ({"move": "beteiligung", "by": "1"}, "has no date yet."),
        ({"by": "1"}, "Please choose the dialogue that moves."),
        ({"rule": "77", "every": "1"}, "no reminder rule with the number 77."),
        ({"rule": "one", "every": "1"}, "Please choose the rule that changes."),
        ({"rule": "1"}, "Please enter a whole number from 0 to 999."),
        ({"rule": "1", "every": "2", "rule_at": "25:00"}, "Please write a time of day such as 09:00."),
    ],
)
def test_unclear_question_comes_back_with_a_sentence(
    owner: FlaskClient, asked: dict[str, str], sentence: str
) -> None:
    page = owner.get(PLAN, query_string=ENGLISH | asked)

    assert page.status_code == 422
    assert sentence in plain(page.text)
    assert all(
        f'value="{value}"' in page.text for name, value in asked.items() if name in ("by", "to", "every")
    )


def test_outage_of_ten_years_is_answered(owner: FlaskClient) -> None:
    asked = {"down_from": "2023-04-01T08:00", "down_until": "2033-04-01T08:00"}

    page = owner.get(PLAN, query_string=ENGLISH | asked)

    assert page.status_code == 200
    assert "does not leave" in plain(page.text)


def test_plan_takes_as_many_queries_with_300_mails_as_with_one(visit: Visit, owner: FlaskClient) -> None:
    seat(visit, "anna@example.net")
    fill(visit, 1)
    owner.get(PLAN)
    with queries(visit.house.database) as few:
        owner.get(PLAN)
    fill(visit, 300)

    with queries(visit.house.database) as many:
        page = owner.get(PLAN)

    assert page.text.count('class="mail-what"') > 600
    assert len(many) == len(few)


def fill(visit: Visit, number: int) -> None:
    """So many more dialogues to come, and as many mailings that left."""
    with visit.transaction() as session:
        found = series.get_series(session, SLUG)
        for place in range(number):
            starts_at = START + timedelta(days=20 + place)
            event = an_event(
                session, found, slug=f"d{number}-{place}", starts_at=starts_at, uid=f"{number}-{place}"
            )
            session.add(a_mailing(session, event, place))


def a_mailing(session: Session, event: Event, place: int) -> Mailing:
    return Mailing(
        key=f"test:{event.slug}",
        series_id=event.series_id,
        event_id=event.id,
        kind=MailingKind.INFO,
        state=MailingState.DONE,
        origin=Origin.HAND,
        subject={},
        body={},
        event_starts_at=event.starts_at,
        due_at=START - timedelta(hours=place),
        not_after=START + timedelta(days=1),
        created_at=START,
        opened_at=START,
        recipients=1,
    )


@pytest.mark.parametrize(
    ("width", "dark", "language"),
    [(1280, False, "de"), (1280, True, "en"), (375, False, "en"), (375, True, "de")],
)
def test_plan_and_its_questions_are_readable_for_everybody(
    desk: Desk, width: int, dark: bool, language: str
) -> None:
    seat(desk.visit, "anna@example.net")
    page = desk.open(width=width, dark=dark, language=language)
    wrong = []

    asked = "&".join(f"{name}={value}" for name, value in DOWN.items())
    for address in (PLAN, f"{PLAN}?{asked}&move=boden&by=1", f"{PLAN}?move=boden", f"{PLAN}/clock"):
        page.goto(address)
        wrong += wrong_with(page)

    assert wrong == []


def test_organiser_asks_what_if_by_keyboard_alone(desk: Desk) -> None:
    seat(desk.visit, "anna@example.net")
    page = desk.open(language="en")
    page.goto(PLAN)

    page.get_by_label("Dialogue").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**move=*")

    assert page.inner_text("h1") == "What would be"
    assert "mails are concerned." in page.inner_text("[role=status]")
    page.get_by_role("link", name="Back to the plan as it stands").first.press("Enter")
    page.wait_for_url(f"**{PLAN}")
    assert page.inner_text("h1") == "Plan"
