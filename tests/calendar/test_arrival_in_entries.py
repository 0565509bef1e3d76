"""How to get there, in the entry of who perhaps travels."""

from __future__ import annotations

import pytest

from mailer.calendar import Method
from mailer.series import EventFormat
from tests.calendar.test_calendar import PAGE, an_event, entry_of, invitation


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (EventFormat.ON_SITE, ["Anreise:", "Mit der Bahn, dann zu Fuß."]),
        (EventFormat.HYBRID, ["Anreise:", "Mit der Bahn, dann zu Fuß."]),
        (EventFormat.ONLINE, []),
    ],
)
def test_description_says_how_to_get_there_where_somebody_travels(kind: EventFormat, told: list[str]) -> None:
    event = an_event(
        format=kind,
        place="Potsdam",
        arrival={"de": "Mit der **Bahn**,\ndann zu Fuß."},
        announcement={},
        speakers=[],
    )

    entry = entry_of(invitation(event, with_join_url=False))
    cancelled = entry_of(invitation(event, with_join_url=False, method=Method.CANCEL))

    assert entry.decoded("DESCRIPTION").splitlines() == [*told, *([""] if told else []), f"Mehr: {PAGE}"]
    assert "Anreise" not in cancelled.decoded("DESCRIPTION")
