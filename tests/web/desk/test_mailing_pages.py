"""Every page about mailings on a phone, in the dark and in the other language."""

from __future__ import annotations

import pytest

from mailer import mailings
from mailer.delivery import DeliveryState
from mailer.mailings import Draft
from mailer.organisers import Role
from mailer.series import get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.test_mailing_progress import decide, open_message
from tests.web.desk.writing import AT, people
from tests.web.visiting import SERIES

OF_A_DRAFT = ("", "/edit", "/preview", "/release", "/copy")
OF_A_MAILING = ("", "/recipients", "/recipients?q=nobody", "/stop")
OF_THE_SERIES = ("", "/new", "/send?kind=info&event=wirtschaftskreislaeufe")


@pytest.mark.parametrize(("dark", "language"), [(True, "de"), (False, "en")])
def test_pages_can_be_used_on_a_phone(desk: Desk, dark: bool, language: str) -> None:
    visit = desk.visit
    people(visit, 60)
    number = open_message(visit)
    failed = {"state": DeliveryState.FAILED, "done_at": visit.now, "reason": "refused"}
    decide(visit, "p1@example.org", code=550, reply="5.1.1 no such user", **failed)
    decide(visit, "p2@example.org", state=DeliveryState.HELD, reason="in doubt: held until somebody decides")
    with visit.transaction() as session:
        found = get_series(session, SERIES.strip("/"))
        words = Draft({"de": "Neues zu {dialogue}"}, {"de": "Guten Tag {name}"}, event=found.events[3])
        draft = mailings.write_draft(session, found, words, key="d", author=None, now=visit.now).id
    urls = [
        *(f"{AT}{rest}" for rest in OF_THE_SERIES),
        *(f"{AT}/{draft}{rest}" for rest in OF_A_DRAFT),
        *(f"{AT}/{number}{rest}" for rest in OF_A_MAILING),
    ]
    page = desk.open(Role.OWNER, width=375, dark=dark, language=language)

    wrong = {}
    for url in urls:
        page.goto(url)
        wrong[url] = wrong_with(page)

    assert wrong == {url: [] for url in urls}
