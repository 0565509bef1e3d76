"""Two who wrote one dialogue: what is different is called as the form calls it, and is readable."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from mailer.series import get_series
from mailer.web.desk.dialogue_form import LINES, ON_FORM, WORDS, parts_of
from mailer.web.desk.dialogue_versions import tell_differences
from tests.web.desk.test_dialogues import AT, fields_of, fill_in, third
from tests.web.visiting import GERMAN, SERIES, Visit


def both_versions(client: FlaskClient, slug: str, theirs: dict[str, str], yours: dict[str, str]) -> str:
    """The page that she sees who saves second."""
    url = f"{AT}/{slug}/edit"
    opened = fields_of(client.get(url, headers=GERMAN).text)
    assert fill_in(client, url, **theirs).status_code == 303
    answer = client.post(url, data=opened | {"do": "save"} | yours, headers=GERMAN)
    assert answer.status_code == 409
    return answer.text


def versions_in(page: str) -> dict[str, tuple[list[str], list[str]]]:
    """Of each difference its label, with the paragraphs of both versions."""
    found = {}
    for part in page.split("<legend>")[1:]:
        label = unescape(part[: part.index("</legend>")])
        both = re.split(r'class="words"', part)[1:3]
        theirs, yours = ([unescape(p) for p in re.findall(r"<p[^>]*>([^<]*)</p>", one)] for one in both)
        found[label] = (theirs, yours)
    return found


def test_differences_are_called_as_in_the_form_and_hold_what_one_reads_there(
    visit: Visit, owner: FlaskClient
) -> None:
    theirs = {"starts_on": "2023-03-31", "format": "on_site", "announcement.de": "Erstens.\n\nZweitens."}
    yours = {
        "join_url_public": "yes",
        "speakers.0.name": "Ada Neu",
        "announcement.de": "Erstens.\n\nDrittens.",
    }

    told = versions_in(both_versions(owner, third(visit), theirs, yours))

    assert told["Tag"] == (["31. März 2023"], ["30. März 2023"])
    assert told["Wo findet der Dialog statt?"] == (["vor Ort"], ["online per Videokonferenz"])
    assert told["Diesen Link auf der öffentlichen Seite zeigen"] == (["nein"], ["ja"])
    assert told["Ankündigung – Deutsch"] == (["Erstens.", "Zweitens."], ["Erstens.", "Drittens."])
    assert told["Impulsgeber:in 1: Name"][1] == ["Ada Neu"]


def test_paragraph_that_only_one_of_them_has_is_marked(visit: Visit, owner: FlaskClient) -> None:
    page = both_versions(
        owner,
        third(visit),
        {"announcement.de": "Erstens.\n\nZweitens."},
        {"announcement.de": "Erstens.\n\nDrittens."},
    )

    assert re.findall(r'<p class="is-other">([^<]*)</p>', page) == ["Zweitens.", "Drittens."]


def test_one_text_is_taken_from_them_and_another_stays(visit: Visit, owner: FlaskClient) -> None:
    slug = third(visit)
    page = both_versions(
        owner, slug, {"announcement.de": "Ihres."}, {"announcement.de": "Meines.", "place": "Kyritz"}
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    kept = {name: unescape(text) for name, text in hidden.items()}
    taken = {"take.announcement.de": "theirs", "take.place": "yours", "do": "merge"}

    owner.post(f"{AT}/{slug}/edit", data=kept | taken, headers=GERMAN)

    now = fields_of(owner.get(f"{AT}/{slug}/edit", headers=GERMAN).text)
    assert (now["announcement.de"], now["place"]) == ("Ihres.", "Kyritz")


def test_every_field_of_the_form_has_a_name_in_words(visit: Visit, owner: FlaskClient) -> None:
    names = [*LINES, *(f"{name}.de" for name in WORDS)]
    names += [f"{group}.0.{part}" for group in ON_FORM for part in parts_of(group, ["de"])]

    with visit.house.database.reading() as session, visit.app.test_request_context():
        found = get_series(session, SERIES.strip("/"))
        told = tell_differences(found, dict.fromkeys(names, ""), dict.fromkeys(names, "x"))

    assert [one.name for one in told if one.label in (one.name, "")] == []
    assert {one.name for one in told} == set(names)
