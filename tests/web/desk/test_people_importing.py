"""Bringing people in at the desk: looked at first, taken over exactly as shown, kept no longer than needed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mailer import privacy, series, subscriptions
from mailer.exchange import HeldList
from mailer.organisers import Role
from mailer.subscriptions import Consent, SubscriptionState
from tests.web.desk.listed import PEOPLE, admit, audited, post, statements
from tests.web.visiting import Visit, csrf_in

LIST = "E-Mail;Name;Sprache\nnora@example.net;Nora Groß;Deutsch\nnobody;;\nnora@example.net;;\n"


def upload(client: FlaskClient, source: str | bytes, *, evidence: str = "Ordner 3", pasted: str = "") -> str:
    """The page after uploading a list."""
    content = source if isinstance(source, bytes) else source.encode("cp1252")
    form = {
        "csrf_token": csrf_in(client.get(f"{PEOPLE}/import").text),
        "evidence": evidence,
        "pasted": pasted,
        "file": (io.BytesIO(content), "liste.csv"),
    }
    return client.post(f"{PEOPLE}/import", data=form, follow_redirects=True).text


def held(visit: Visit) -> int:
    with visit.transaction() as session:
        return session.scalar(select(func.count()).select_from(HeldList)) or 0


def take_url(page: str) -> str:
    found = re.search(rf'action="({PEOPLE}/import/[\w-]+)"', page)
    assert found is not None, "the page has no button to take the list over"
    return found[1]


def tiles(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"</dt><dd>(\d+)</dd>", page)][:4]


def test_list_is_looked_at_before_anybody_is_taken_over(visit: Visit, sender: FlaskClient) -> None:
    page = upload(sender, LIST)

    assert tiles(page) == [1, 0, 0, 2]
    assert "Nora Groß" in page
    assert "das ist keine E-Mail-Adresse" in page
    assert "die Adresse steht weiter oben in der Datei schon einmal" in page
    assert visit.subscription("nora@example.net") is None


def test_yes_takes_over_what_was_shown_once(visit: Visit, sender: FlaskClient) -> None:
    url = take_url(upload(sender, LIST))

    page = post(sender, url)
    again = post(sender, url)

    nora = visit.subscription("nora@example.net")
    assert nora is not None
    assert (nora.state, nora.owed) == (SubscriptionState.ACTIVE, None)
    assert "1 neu, 0 aktualisiert, 0 unverändert, 2 abgelehnt." in page
    assert "Diese Liste ist nicht mehr da" in again
    assert held(visit) == 0
    with visit.transaction() as session:
        assert session.scalars(select(Consent.evidence)).all() == ["Ordner 3"]
    assert audited(visit)[-1] == ("people.imported", "", {"imported": 1, "updated": 0, "rejected": 2})


def test_who_left_between_preview_and_yes_stays_away(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("nora@example.net", "Nora"))
    url = take_url(upload(sender, LIST))
    with visit.transaction() as session:
        subscriptions.leave(session, number, now=visit.now)

    page = post(sender, url)

    nora = visit.subscription("nora@example.net")
    assert nora is not None
    assert nora.state is SubscriptionState.LEFT
    assert "0 neu, 0 aktualisiert, 0 unverändert, 3 abgelehnt." in page


def test_list_is_its_uploaders_alone(
    visit: Visit, signed_in: Callable[[Role], FlaskClient], sender: FlaskClient
) -> None:
    url = take_url(upload(sender, LIST))
    other = signed_in(Role.SENDER)

    looked = other.get(url)
    post(other, url)
    post(other, f"{url}/drop")

    assert looked.status_code == 404
    assert "nora@" not in looked.text
    assert visit.subscription("nora@example.net") is None
    assert held(visit) == 1


def test_list_nobody_says_yes_to_is_gone_within_the_hour(visit: Visit, sender: FlaskClient) -> None:
    url = take_url(upload(sender, LIST))
    visit.now += timedelta(minutes=45)

    page = sender.get(url)
    with visit.transaction() as session:
        privacy.forget_due(session, now=visit.now)

    assert page.status_code == 404
    assert held(visit) == 0


def test_list_is_dropped_at_once_if_wanted(visit: Visit, sender: FlaskClient) -> None:
    url = take_url(upload(sender, LIST))

    page = post(sender, f"{url}/drop")

    assert "Die Liste ist gelöscht" in page
    assert held(visit) == 0


def test_nothing_of_a_list_stands_in_the_cookie(sender: FlaskClient) -> None:
    upload(sender, LIST)

    with sender.session_transaction() as cookie:
        assert "nora" not in str(dict(cookie))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "Bitte wählen Sie eine Datei"),
        (b"PK\x03\x04rest of a workbook", "Arbeitsmappe"),
        (b"email\nanna@example.net\nb\x00@example.net\n", "Zeile 3: hier steht ein NUL-Byte"),
        (b"name\nAnna\n", "Zeile 1"),
    ],
)
def test_list_that_cannot_be_read_is_told_with_its_line(
    visit: Visit, sender: FlaskClient, source: bytes, sentence: str
) -> None:
    page = upload(sender, source)

    assert sentence in page
    assert 'id="file-problem"' in page
    assert 'value="Ordner 3"' in page
    assert held(visit) == 0


def test_list_without_evidence_comes_back_with_what_was_pasted(sender: FlaskClient) -> None:
    page = upload(sender, b"", evidence=" ", pasted="email\nanna@example.net")

    assert 'id="evidence-problem"' in page
    assert "email\nanna@example.net</textarea>" in page


def test_preview_shows_the_first_lines_and_counts_all_of_them(visit: Visit, sender: FlaskClient) -> None:
    lines = "".join(f"p{i}@example.net\nnobody{i}\n" for i in range(300))
    with statements(visit) as for_many:
        page = upload(sender, f"email\n{lines}")
    with statements(visit) as for_one:
        upload(sender, "email\nq@example.net\n")

    assert tiles(page) == [300, 0, 0, 300]
    assert (page.count("p199@example.net"), page.count("p200@example.net")) == (1, 0)
    assert page.count("200 von 300") == 2
    assert len(for_many) == len(for_one)


def test_names_that_want_to_run_are_shown_as_text(sender: FlaskClient) -> None:
    page = upload(sender, 'email;name\nx@example.net;"<script>alert(1)</script>"\n"<b>";\n')

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_one_person_is_added_with_evidence(visit: Visit, sender: FlaskClient) -> None:
    page = post(
        sender, f"{PEOPLE}/add", email="Nora@example.net", name="'=Nora, Groß", language="en", proof="Brief"
    )

    nora = visit.subscription("nora@example.net")
    assert nora is not None
    assert "1 neu" in page
    assert (nora.asked_name, nora.asked_language) == ("'=Nora, Groß", "en")
    assert audited(visit)[-1][0] == "people.added"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "nora", "proof": "Brief"}, "email"),
        ({"email": "", "proof": "Brief"}, "email"),
        ({"email": "nora@example.net", "proof": " "}, "proof"),
        ({"email": "nora@example.net", "proof": "Brief", "name": "x" * 201}, "name"),
        ({"email": "left@example.net", "proof": "Brief"}, "email"),
    ],
)
def test_one_person_who_cannot_be_added_is_asked_back(
    visit: Visit, sender: FlaskClient, fields: dict[str, str], wrong: str
) -> None:
    (number,) = admit(visit, ("left@example.net", ""))
    post(sender, f"{PEOPLE}/{number}/remove")

    page = post(sender, f"{PEOPLE}/add", language="de", **fields)

    assert re.findall(r'class="field-problem" id="(\w+)-problem"', page) == [wrong]
    assert f'value="{fields["email"]}"' in page
    with visit.transaction() as session:
        counts = subscriptions.counts_on_list(session, series.list_series(session)[0])
    assert counts[SubscriptionState.ACTIVE] == 0


def test_list_larger_than_other_forms_is_read_and_one_that_is_too_long_is_not(
    visit: Visit, sender: FlaskClient
) -> None:
    lines = "".join(f"nobody-{i:090}\n" for i in range(2000))

    large = upload(sender, f"email\n{lines}")
    long = upload(sender, "email\n" + "x\n" * 100_001)

    assert tiles(large) == [0, 0, 0, 2000]
    assert "Nichts in dieser Liste würde etwas ändern." in large
    assert "mehr als 100000 Zeilen" in long
