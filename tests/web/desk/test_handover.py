"""Handing a series over: one file that says everything but who is on the list."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from mailer import exchange, organisers
from mailer.mailings import Mailing, MailingKind, MailingState, Origin
from mailer.organisers import Role
from mailer.series import get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, SERIES, Visit

SLUG = SERIES[1:]
URL = f"/organiser/series/{SLUG}/handover"
ANNA = "anna@example.net"


def bundle(client: FlaskClient) -> dict[str, bytes]:
    form = client.get(URL, headers=GERMAN).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    answer = client.post(URL, data={"csrf_token": token.group(1) if token else ""}, headers=GERMAN)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def subscribe(visit: Visit) -> None:
    visit.app.test_client().post(f"{SERIES}/subscribe", data={"email": ANNA, "consent": "1"})


def test_series_file_in_it_can_be_imported_unchanged(visit: Visit, owner: FlaskClient) -> None:
    file = bundle(owner)[f"{SLUG}/series.yaml"]

    with visit.transaction() as session:
        assert not exchange.import_series(session, file, now=visit.now).changed


def test_nobody_on_the_list_is_named_but_all_are_counted(visit: Visit, owner: FlaskClient) -> None:
    subscribe(visit)
    assert visit.subscription(ANNA) is not None

    files = bundle(owner)

    figures = json.loads(files[f"{SLUG}/statistics/statistics.json"])
    assert figures["people"]["pending"] == 1
    assert [row["asked"] for row in figures["growth"]] == [1]
    assert [name for name, content in files.items() if b"anna" in content.lower()] == []


def test_each_mailing_is_a_row_whose_states_add_up(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        event = get_series(session, SLUG).events[0]
        session.add(
            Mailing(
                key="test:one",
                series_id=event.series_id,
                event_id=event.id,
                kind=MailingKind.INFO,
                state=MailingState.DONE,
                origin=Origin.HAND,
                subject={},
                body={},
                due_at=visit.now,
                not_after=visit.now,
                created_at=visit.now,
            )
        )
        slug = event.slug

    header, row = bundle(owner)[f"{SLUG}/statistics/mailings.csv"].decode().splitlines()

    told = dict(zip(header.split(","), row.split(","), strict=True))
    states = ("queued", "sending", "sent", "deferred", "failed", "skipped")
    assert (told["kind"], told["event"], told["state"]) == ("info", slug, "done")
    assert sum(int(told[state]) for state in states) == int(told["recipients"]) == 0


def test_every_link_between_its_pages_leads_to_a_file(owner: FlaskClient) -> None:
    files = bundle(owner)
    pages = {name: body.decode() for name, body in files.items() if name.endswith(".html")}

    assert {f"{SLUG}/pages/{code}/index.html" for code in ("de", "en")} <= pages.keys()
    for name, page in pages.items():
        assert "<script" not in page, name
        assert "<form" not in page, name
        for link in re.findall(r'(?:href|src)="([^"#]+)', page):
            if not re.match(r"[a-z]+:|//", link):
                beside = Path("/", name).parent / link
                assert str(beside.resolve())[1:] in files, (name, link)


def test_names_are_safe_and_come_in_the_same_order(owner: FlaskClient) -> None:
    first, second = list(bundle(owner)), list(bundle(owner))

    assert first == second
    assert [name for name in first if not re.fullmatch(r"[a-z0-9-]+(/[A-Za-z0-9.-]+)+", name)] == []
    assert not any(".." in name for name in first)


def test_draft_has_no_pages_in_it(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        get_series(session, SLUG).draft = True

    files = bundle(owner)

    assert f"{SLUG}/series.yaml" in files
    assert not any("/pages/" in name for name in files)
    assert "pages/" not in files[f"{SLUG}/README.txt"].decode()


def test_taking_it_is_noted_and_looking_is_not(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    editor = signed_in(Role.EDITOR)
    editor.get(URL)
    with visit.transaction() as session:
        assert "series.handed_over" not in [entry.action for entry in organisers.list_entries(session)]

    bundle(editor)

    with visit.transaction() as session:
        assert organisers.list_entries(session)[0].action == "series.handed_over"


def test_organiser_takes_it_by_keyboard_and_reads_it_offline(desk: Desk, tmp_path: Path) -> None:
    page = desk.open()
    page.goto(URL)
    found = wrong_with(page)
    page.focus("main form button")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as packed:
        packed.extractall(tmp_path)
    narrow = desk.open(width=375, dark=True, language="en")
    narrow.goto(URL)
    found += wrong_with(narrow)

    asked: list[str] = []
    offline = desk.browser.new_context(offline=True).new_page()
    offline.on("request", lambda request: asked.append(request.url))
    offline.goto((tmp_path / SLUG / "pages/de/index.html").as_uri())
    offline.click(".dialogue h3 a >> nth=0")
    offline.click(".languages a[lang=en]")

    assert found + wrong_with(offline) == []
    assert offline.evaluate("document.documentElement.lang") == "en"
    assert offline.url.startswith((tmp_path / SLUG / "pages/en/dialogues").as_uri())
    assert [url for url in asked if not url.startswith("file:")] == []
