"""The conditions named at an event."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer import outcomes
from mailer.outcomes import Condition, Level
from tests.support.making import a_series, an_event

FEDERAL = Condition(Level.STATE_AND_FEDERAL, {"de": "Der Bund zahlt mit."})
LOCAL = Condition(Level.MUNICIPALITY, {"de": "Die Kommune hilft.", "en": "The municipality helps."})
OTHER = Condition(Level.MUNICIPALITY, {"de": "Es gibt ein Budget."})


def test_conditions_come_by_level_the_municipalitys_first(session: Session) -> None:
    event = an_event(session, a_series(session))
    outcomes.replace_conditions(session, event, [FEDERAL, LOCAL, OTHER])

    found = outcomes.conditions_of(session, event)

    assert list(found) == [Level.MUNICIPALITY, Level.STATE_AND_FEDERAL]
    assert [condition.text["de"] for condition in found[Level.MUNICIPALITY]] == [
        "Die Kommune hilft.",
        "Es gibt ein Budget.",
    ]


def test_level_without_conditions_is_left_out(session: Session) -> None:
    series = a_series(session)
    event, another = an_event(session, series), an_event(session, series, slug="andere")
    outcomes.replace_conditions(session, event, [LOCAL])
    outcomes.replace_conditions(session, another, [FEDERAL])

    assert list(outcomes.conditions_of(session, event)) == [Level.MUNICIPALITY]
    assert outcomes.conditions_of(session, an_event(session, series, slug="dritte")) == {}


def test_same_conditions_again_change_nothing_and_keep_their_rows(session: Session) -> None:
    event = an_event(session, a_series(session))
    first = outcomes.replace_conditions(session, event, [LOCAL, FEDERAL])
    rows = [row.id for row in outcomes.list_conditions(session, event)]

    again = outcomes.replace_conditions(session, event, [LOCAL, FEDERAL])

    assert (first, again) == (True, False)
    assert [row.id for row in outcomes.list_conditions(session, event)] == rows


def test_conditions_are_replaced_reordered_and_removed(session: Session) -> None:
    event = an_event(session, a_series(session))
    outcomes.replace_conditions(session, event, [LOCAL, FEDERAL, OTHER])

    changed = outcomes.replace_conditions(session, event, [OTHER, LOCAL])

    found = outcomes.list_conditions(session, event)
    assert changed
    assert [(row.position, row.level, row.text) for row in found] == [
        (0, OTHER.level, OTHER.text),
        (1, LOCAL.level, LOCAL.text),
    ]
    assert outcomes.replace_conditions(session, event, [])
    assert list(outcomes.list_conditions(session, event)) == []
