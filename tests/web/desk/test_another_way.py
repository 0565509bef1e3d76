"""Another way to hold a dialogue: the desk says whom it moves before it saves."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mailer.registrations import Attendance
from mailer.series import EventFormat, get_event, get_series
from tests.support.seating import comes, seat_of
from tests.support.ticking import everything_arrives, tick
from tests.web.desk.test_dialogues import AT, fill_in, third
from tests.web.desk.test_series_files import look_at, store
from tests.web.desk.writing import people
from tests.web.visiting import GERMAN, SERIES, Visit


@pytest.fixture
def hybrid(visit: Visit) -> str:
    """The next dialogue, of which three people on the list were told; two have a seat on site, one online."""
    people(visit, 3)
    with visit.transaction() as session:
        tick(session, now=visit.now)
        everything_arrives(session, now=visit.now)
    slug = third(visit)
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES.strip("/")), slug)
        event.format = event.announced_format = EventFormat.HYBRID
        event.place = event.announced_place = "Potsdam"
        for name, way in {"anna": "on_site", "berta": "on_site", "carla": "online"}.items():
            comes(session, event, name, Attendance(way), now=visit.now).told_revision = event.revision
    return slug


def way_of(visit: Visit, name: str) -> Attendance:
    with visit.transaction() as session:
        return seat_of(session, name).attendance


def in_words(page: str) -> str:
    return " ".join(page.split())


def test_desk_says_before_it_saves_who_takes_part_another_way_then(
    visit: Visit, owner: FlaskClient, hybrid: str
) -> None:
    def after(**typed: str) -> str:
        return in_words(fill_in(owner, f"{AT}/{hybrid}/edit", **typed).text)

    online, on_site = after(format="online"), after(format="on_site")
    later = after(starts_time="18:00", ends_time="19:30")
    cancelled = in_words(owner.get(f"{AT}/{hybrid}/cancel", headers=GERMAN).text)

    assert "2 Personen, die vor Ort angemeldet sind" in online
    assert "6 Personen erfahren es" in online
    assert "1 Person, die online angemeldet ist, nimmt ab der Mail vor Ort teil" in on_site
    assert "6 Personen erfahren es" in later
    assert "angemeldet" not in later + cancelled
    assert way_of(visit, "anna") is Attendance.ON_SITE


def test_file_that_holds_a_dialogue_another_way_says_whom_it_moves_and_moves_them(
    visit: Visit, sender: FlaskClient, hybrid: str
) -> None:
    file = sender.get(f"/organiser/series{SERIES}/file.yaml").data
    online = file.replace(b"format: hybrid", b"format: online")
    seen = look_at(sender, online)

    store(sender, seen, do="store:now")

    assert online.count(b"format: hybrid") < file.count(b"format: hybrid")
    assert "2 Personen, die vor Ort angemeldet sind" in in_words(seen)
    assert way_of(visit, "anna") is Attendance.ONLINE
