"""One series at a glance, and all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailer import series, subscriptions
from mailer.core.clock import utcnow
from mailer.delivery import Delivery, DeliveryState, Route
from mailer.jobs import Heartbeat
from mailer.mailings import Mailing
from mailer.organisers import Role
from mailer.series import EventState, Series
from mailer.web.desk.charts import Column, Row, stacked
from tests.support.counting import queries
from tests.support.making import a_series, a_subscription
from tests.support.ticking import a_newcomer, everything_arrives, tick
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.test_plan import fill, plain
from tests.web.visiting import START, Visit

SLUG = "wandel-machen-vor-ort"
OVERVIEW = f"/organiser/series/{SLUG}/"
ENGLISH = {"lang": "en"}
SignIn = Callable[[Role], FlaskClient]
INFO_LEAVES = datetime(2023, 3, 16, 8, tzinfo=UTC)


def the_series(session: Session) -> Series:
    return series.get_series(session, SLUG)


def people(visit: Visit, number: int) -> None:
    with visit.transaction() as session:
        for place in range(number):
            a_subscription(
                session, the_series(session), f"p{place}@example.net", now=START - timedelta(days=90)
            )


def info_leaves(visit: Visit) -> None:
    """The announcement of the next dialogue goes out, eleven days before the test's now."""
    with visit.transaction() as session:
        tick(session, now=INFO_LEAVES)
        everything_arrives(session, now=INFO_LEAVES)


def a_worker(visit: Visit, *, ago: timedelta = timedelta(0)) -> None:
    with visit.transaction() as session:
        session.merge(Heartbeat(worker="w", seen_at=utcnow() - ago))


def said(owner: FlaskClient, address: str = OVERVIEW) -> str:
    answer = owner.get(address, query_string=ENGLISH)
    assert answer.status_code == 200
    return plain(answer.text)


def test_overview_says_what_comes_next_and_what_went_out(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 3)
    info_leaves(visit)

    page = said(owner)

    assert (
        "What comes next Reminder How can we strengthen local economic cycles and create synergies? "
        "Leaves Wednesday, 29 March 2023, 09:00 (CEST) To 3 people (3 Deutsch)"
    ) in page
    assert "Thursday, 16 March 2023, 09:00 (CET) 3 people sent 3 sent" in page


def test_what_is_missing_for_the_next_dialogues_is_said_with_a_way_to_mend_it(
    visit: Visit, owner: FlaskClient
) -> None:
    with visit.transaction() as session:
        event = series.get_event(session, the_series(session), "wirtschaftskreislaeufe")
        event.join_url, event.state, event.title = "", EventState.PROVISIONAL, {"de": "Wie geht das?"}
        event.speakers.clear()
        the_series(session).imprint = {}

    page = said(owner)

    for missing in (
        "Imprint: missing in Deutsch, English",
        "The date does not stand yet",
        "Title: missing in English",
        "No link to take part",
        "No speakers",
        "4 things missing",
    ):
        assert missing in page, missing


def test_ready_series_is_called_ready(owner: FlaskClient) -> None:
    assert "Thursday, 30 March 2023, 17:00–18:30 (CEST) ready" in said(owner)


@pytest.mark.parametrize("address", [OVERVIEW, "/organiser/"])
def test_worker_that_is_silent_for_two_minutes_is_noticed(
    visit: Visit, owner: FlaskClient, address: str
) -> None:
    assert "No worker has ever run" in said(owner, address)
    a_worker(visit, ago=timedelta(minutes=3))
    assert "No worker was seen for 3 minutes." in said(owner, address)

    a_worker(visit)

    assert "No worker" not in said(owner, address)


def test_closed_road_is_told_with_the_relays_words(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        session.add(Route(name="relay", failures=3, code="relay_away", cause="Connection refused"))

    page = said(owner)

    assert "The worker could not hand over mail lately: Connection refused" in page
    assert "The relay does not let us in" in page


def test_overdue_mail_is_noticed(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)

    page = said(owner)

    assert "1 mail is overdue: Announcement." in page


def test_missed_mail_is_told_for_two_weeks(visit: Visit, signed_in: SignIn) -> None:
    with visit.transaction() as session:
        tick(session, now=START)
    assert "A mail did not leave: Reminder, “How can civic" in said(signed_in(Role.OWNER))

    visit.now = START + timedelta(days=15)

    assert "A mail did not leave" not in said(signed_in(Role.OWNER))


def test_date_that_is_missing_four_weeks_ahead_is_asked_for(visit: Visit, signed_in: SignIn) -> None:
    visit.now = datetime(2023, 6, 30, 12, tzinfo=UTC)
    assert "does not stand yet (August 2023" not in said(signed_in(Role.OWNER))

    visit.now = datetime(2023, 7, 5, 12, tzinfo=UTC)

    assert "does not stand yet (August 2023" in said(signed_in(Role.OWNER))


def test_returning_mails_are_noticed_when_they_rise(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 6)
    info_leaves(visit)
    assert "More mails come back" not in said(owner)
    with visit.transaction() as session:
        session.execute(
            update(Delivery).values(
                state=DeliveryState.FAILED,
                code=550,
                reply="5.1.1 no such user",
                done_at=START - timedelta(days=1),
            )
        )

    page = said(owner)

    assert "More mails come back: 12 in the last seven days, 0 in the seven before." in page
    assert "12 failed 550 5.1.1 no such user" in page


def test_growth_is_counted_by_the_steps_of_consent(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        found = the_series(session)
        for place in range(3):
            joined = a_newcomer(session, found, f"n{place}@example.net", now=START - timedelta(days=7))
        subscriptions.leave(session, joined.id, now=START)
        days = subscriptions.days_of_list(session, found, since=START - timedelta(days=100))

    page = owner.get(OVERVIEW, query_string=ENGLISH).text

    assert [(one.day, one.came, one.left) for one in days] == [
        ((START - timedelta(days=7)).date(), 3, 0),
        (START.date(), 0, 1),
    ]
    assert "<title>20 Mar, confirmed: 3</title>" in page
    assert "<title>27 Mar, left the list: 1</title>" in page
    assert "3 in 16 weeks, 3 in the strongest of them." in page


def test_chart_stands_on_whole_numbers_and_its_bars_on_each_other() -> None:
    chart = stacked(
        "k",
        "T",
        summary="S",
        heading="H",
        rows=[Row("a", "row-1"), Row("b", "row-2")],
        columns=[Column("x", (3, 4)), Column("y", (0, 0))],
    )

    low, high = chart.bars
    assert [tick.words for tick in chart.grid] == ["0", "2", "4", "6", "8"]
    assert low.y + low.height == pytest.approx(chart.base)
    assert high.y + high.height == pytest.approx(low.y)
    assert high.height / low.height == pytest.approx(4 / 3, rel=0.01)


def test_all_series_are_listed_with_what_comes_and_a_way_in(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    with visit.transaction() as session:
        a_series(session, slug="gone", closes_on=date(2022, 1, 1), erased_at=START, ended_at=START)

    page = owner.get("/organiser/", query_string=ENGLISH)

    assert f'href="{OVERVIEW}?lang=en"' in page.text
    assert 'href="/organiser/series/gone/?lang=en"' in page.text
    assert "Next mail Announcement: How can we strengthen" in plain(page.text)


def test_empty_house_says_what_to_do(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        session.execute(delete(Series))

    assert "There is no series yet." in said(owner, "/organiser/")


def test_overview_takes_as_many_queries_with_300_mails_as_with_one(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)
    fill(visit, 3)
    owner.get(OVERVIEW)
    with queries(visit.house.database) as few:
        owner.get(OVERVIEW)
    fill(visit, 300)

    with queries(visit.house.database) as many:
        assert owner.get(OVERVIEW).status_code == 200

    assert len(many) == len(few)


@pytest.mark.parametrize(("width", "dark", "language"), [(1280, True, "de"), (375, False, "en")])
def test_overview_is_readable_for_everybody(desk: Desk, width: int, dark: bool, language: str) -> None:
    people(desk.visit, 5)
    info_leaves(desk.visit)
    with desk.visit.transaction() as session:
        row = session.scalars(select(Delivery).limit(1)).one()
        row.state, row.code, row.reply = DeliveryState.FAILED, 550, "5.7.1 " + "refused-by-policy" * 12
        session.execute(update(Mailing).values(reason=""))
    page = desk.open(width=width, dark=dark, language=language)
    wrong = wrong_with(page)

    page.goto(OVERVIEW)
    for summary in page.locator("summary").all():
        summary.focus()
        page.keyboard.press("Enter")

    assert page.locator("details:not([open])").count() == 0
    assert [*wrong, *wrong_with(page)] == []


def test_organiser_walks_from_all_series_to_the_next_mail_by_keyboard(desk: Desk) -> None:
    people(desk.visit, 1)
    page = desk.open(Role.EDITOR, language="en")

    page.get_by_role("link", name="Change. Make. On site.").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{OVERVIEW}")
    page.get_by_role("link", name="Look at it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview/**")

    assert re.match("Announcement", page.inner_text("h1"))
