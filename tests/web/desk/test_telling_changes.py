"""Changes that guests must hear of: the desk says who will be told before it saves, and does what was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import mailings
from mailer.mailings import Mailing, MailingKind, MailingState, Origin
from mailer.organisers import AuditEntry, Role
from mailer.series import EventState, get_event, get_series
from tests.support.ticking import everything_arrives, tick
from tests.web.desk.test_dialogues import AT, fields_of, fill_in, press_button, the_event, third
from tests.web.desk.test_series_files import look_at, store
from tests.web.desk.writing import people
from tests.web.visiting import GERMAN, SERIES, Visit, csrf_in

LATER, NOW, SILENT = "save:later", "save:now", "save:silent"


@pytest.fixture
def informed(visit: Visit) -> str:
    """The next dialogue, on 30 March at 17:00, of which three people were told; its reminder is to come."""
    people(visit, 3)
    with visit.transaction() as session:
        tick(session, now=visit.now)
        everything_arrives(session, now=visit.now)
    return third(visit)


def told(visit: Visit) -> list[Mailing]:
    """The mailings about changes."""
    with visit.house.database.reading() as session:
        asked = select(Mailing).where(Mailing.kind.in_(mailings.OF_CHANGES)).order_by(Mailing.id)
        return list(session.scalars(asked))


def notes(visit: Visit) -> list[tuple[str, object]]:
    with visit.house.database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action.like("change.%")))
        return [(row.action, row.details["count"]) for row in rows]


def pass_time(visit: Visit, **span: int) -> None:
    visit.now += timedelta(**span)
    with visit.transaction() as session:
        mailings.plan_changes(session, now=visit.now, quiet=visit.house.quiet)


def later_start(client: FlaskClient, slug: str, **typed: str) -> str:
    """The page after saving with a start an hour later."""
    late = {"starts_time": "18:00", "ends_time": "19:30"}
    answer = fill_in(client, f"{AT}/{slug}/edit", **(late | typed))
    assert answer.status_code == 200
    return answer.text


def in_words(page: str) -> str:
    """The page's main part without its tags."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub("<[^>]+>", " ", main)).split())


def hidden_in(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(text) for name, text in fields}


def choose(client: FlaskClient, slug: str, page: str, button: str) -> int:
    return client.post(f"{AT}/{slug}/edit", data=hidden_in(page) | {"do": button}, headers=GERMAN).status_code


def test_later_start_says_who_is_told_and_which_reminders_move_before_anything_is_saved(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    before = the_event(visit, informed)

    said = in_words(later_start(owner, informed))

    assert "17:00–18:30 Uhr Donnerstag, 30. März 2023, 18:00–19:30 Uhr" in said
    assert "3 Personen erfahren es um 12:15 Uhr (15 Minuten Ruhezeit)." in said
    assert the_event(visit, informed).starts_at == before.starts_at
    assert (told(visit), notes(visit)) == ([], [])


def test_earlier_day_names_the_reminders_that_move_along(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    page = fill_in(owner, f"{AT}/{informed}/edit", starts_on="2023-03-31").text

    assert "1 noch nicht verschickte Erinnerung zieht mit um. Erinnerungen Bisher" in in_words(page)


def test_change_that_is_left_to_the_quiet_period_goes_by_itself(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    status = choose(owner, informed, later_start(owner, informed), LATER)
    waiting = told(visit)
    pass_time(visit, minutes=15)

    assert (status, waiting) == (303, [])
    assert [(one.kind, one.origin, one.state) for one in told(visit)] == [
        (MailingKind.CHANGE, Origin.RULE, MailingState.RELEASED)
    ]
    assert notes(visit) == [("change.gathered", 3)]


def test_change_that_is_told_now_leaves_at_once_by_the_hand_of_who_chose_it(
    visit: Visit, sender: FlaskClient, informed: str
) -> None:
    status = choose(sender, informed, later_start(sender, informed), NOW)

    (mailing,) = told(visit)
    assert (status, mailing.origin, mailing.due_at) == (303, Origin.HAND, visit.now)
    assert mailing.releaser_id is not None
    assert notes(visit) == [("change.told", 3)]


def test_change_that_is_kept_silent_is_never_told(visit: Visit, owner: FlaskClient, informed: str) -> None:
    status = choose(owner, informed, later_start(owner, informed), SILENT)
    pass_time(visit, hours=2)

    after = the_event(visit, informed)
    assert (status, told(visit)) == (303, [])
    assert after.announced_revision == after.revision == 1
    assert notes(visit) == [("change.kept_silent", 3)]


def test_way_back_to_the_form_keeps_everything_that_was_typed(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    page = later_start(owner, informed, **{"title.de": "Ganz anders gefragt?", "speakers.0.name": "Ada Neu"})

    back = owner.post(f"{AT}/{informed}/edit", data=hidden_in(page) | {"do": "back"}, headers=GERMAN)

    kept = fields_of(back.text)
    assert back.status_code == 200
    assert (kept["title.de"], kept["speakers.0.name"]) == ("Ganz anders gefragt?", "Ada Neu")
    assert (kept["starts_time"], kept["edition"]) == ("18:00", str(the_event(visit, informed).edition))


def test_other_words_of_a_dialogue_are_saved_at_once(visit: Visit, owner: FlaskClient, informed: str) -> None:
    answer = fill_in(owner, f"{AT}/{informed}/edit", **{"announcement.de": "Neu geschrieben."})

    assert answer.status_code == 303
    assert the_event(visit, informed).announcement["de"] == "Neu geschrieben."


def test_other_link_is_saved_with_a_word_on_how_many_know_the_old_one(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    fill_in(owner, f"{AT}/{informed}/edit", join_url="https://meet.example.org/neu")

    said = in_words(owner.get(AT, headers=GERMAN).text)

    assert "3 Personen kennen noch den alten" in said
    assert (told(visit), the_event(visit, informed).revision) == ([], 0)


def test_somebody_who_saved_meanwhile_is_shown_before_who_will_be_told(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    page = later_start(owner, informed)
    fill_in(owner, f"{AT}/{informed}/edit", capacity="40")

    assert choose(owner, informed, page, LATER) == 409
    assert the_event(visit, informed).revision == 0


def test_editor_may_not_let_a_mail_go(
    visit: Visit, signed_in: Callable[[Role], FlaskClient], informed: str
) -> None:
    editor = signed_in(Role.EDITOR)
    page = later_start(editor, informed)

    assert "save:now" not in page
    assert choose(editor, informed, page, NOW) == 403
    assert the_event(visit, informed).revision == 0


def test_cancelling_and_reinstating_say_who_will_be_told(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    asked = owner.get(f"{AT}/{informed}/cancel", headers=GERMAN).text
    unanswered = press_button(owner, f"{AT}/{informed}/cancel")
    cancelled = owner.post(
        f"{AT}/{informed}/cancel", data={"csrf_token": csrf_in(asked), "do": "cancel:now"}, headers=GERMAN
    )
    with visit.transaction() as session:
        tick(session, now=visit.now)
        everything_arrives(session, now=visit.now)
    again = press_button(owner, f"{AT}/{informed}/reinstate").text

    assert "3 Personen erfahren es um 12:15 Uhr" in in_words(asked)
    assert "1 noch nicht verschickte Erinnerung entfällt." in in_words(asked)
    assert unanswered.location.endswith("/cancel")
    assert (cancelled.status_code, [one.kind.value for one in told(visit)]) == (303, ["cancellation"])
    assert "3 Personen erfahren es um 12:15 Uhr" in in_words(again)
    assert the_event(visit, informed).state is EventState.CANCELLED


def test_date_that_is_set_is_told_to_everybody_on_the_list(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    with visit.house.database.reading() as session:
        found = get_series(session, SERIES.strip("/"))
        slug = next(event.slug for event in found.events if event.starts_at is None)

    dated = {
        "state": "fixed",
        "month": "",
        "starts_on": "2023-09-14",
        "starts_time": "17:00",
        "ends_time": "18:30",
    }
    page = fill_in(owner, f"{AT}/{slug}/edit", **dated).text

    assert "2 Personen erfahren es" in in_words(page)
    assert "Der Termin steht" in in_words(page)


def test_what_waits_is_on_both_pages_and_is_let_go_or_kept_silent_there(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    choose(owner, informed, later_start(owner, informed), LATER)
    shown = [in_words(owner.get(url, headers=GERMAN).text) for url in (AT, f"/organiser/series{SERIES}/")]
    press_button(owner, f"{AT}/{informed}/tell")
    gone = in_words(owner.get(AT, headers=GERMAN).text)
    twice = press_button(owner, f"{AT}/{informed}/keep-silent")

    assert ["17:00 Uhr → 18:00 Uhr 3 Personen erfahren es um 12:15 Uhr" in page for page in shown] == [
        True,
        True,
    ]
    assert "17:00 Uhr → 18:00 Uhr" not in gone
    assert [one.origin for one in told(visit)] == [Origin.HAND]
    assert (twice.status_code, notes(visit)) == (303, [("change.gathered", 3), ("change.told", 3)])
    with visit.house.database.reading() as session:
        event = get_event(session, get_series(session, SERIES.strip("/")), informed)
        assert event.announced_revision == event.revision


def test_file_says_for_each_dialogue_who_will_be_told_and_does_what_was_chosen(
    visit: Visit, sender: FlaskClient, informed: str
) -> None:
    file = sender.get(f"/organiser/series{SERIES}/file.yaml").data
    late = file.replace(b"starts_at: 2023-03-30 17:00", b"starts_at: 2023-03-30 17:30")
    seen = look_at(sender, late)
    unanswered = store(sender, seen)
    before = the_event(visit, informed)

    stored = store(sender, seen, do="store:now")

    assert late != file
    assert "17:00 Uhr → 17:30 Uhr. 3 Personen erfahren es um 12:15 Uhr" in in_words(seen)
    assert (unanswered, before.revision, stored) == (200, 0, 303)
    assert [one.origin for one in told(visit)] == [Origin.HAND]
    assert notes(visit) == [("change.told", 3)]


def test_file_does_not_let_a_published_dialogue_vanish(
    visit: Visit, owner: FlaskClient, informed: str
) -> None:
    """It was on no page and in no mail any more, and those who had it in their calendars heard nothing."""
    file = owner.get(f"/organiser/series{SERIES}/file.yaml").data
    slug = f"slug: {informed}".encode()

    seen = look_at(owner, file.replace(slug, slug + b"\n    published: false"))
    whole = look_at(owner, file.replace(b"\nevents:", b"\npublished: false\nevents:"))

    assert "wird nicht wieder zum Entwurf" in seen
    assert informed in seen
    assert "Eine veröffentlichte Dialogreihe wird nicht wieder zum Entwurf" in whole
    assert the_event(visit, informed).draft is False
