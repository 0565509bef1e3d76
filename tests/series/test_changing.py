"""Slugs that a page may bear, and what a change leaves behind for calendars and reminders."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.series import RESERVED_SLUGS, BadSlug, ReservedSlug, check_slug, note_new_date, raise_revision
from tests.support.making import NOON
from tests.support.reminding import a_meeting


@pytest.mark.parametrize("slug", ["wandel-machen-vor-ort", "boden", "2023", "a-1", "x" * 80])
def test_slug_of_small_letters_digits_and_hyphens_may_stand(slug: str) -> None:
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "Boden", "böden", "a--b", "-a", "a-", "a/b", "a b", "boden\n", "x" * 81, "../etc", "a_b"]
)
def test_slug_with_anything_else_is_refused(slug: str) -> None:
    with pytest.raises(BadSlug):
        check_slug(slug)


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_slug_that_is_an_address_of_ours_is_refused(slug: str) -> None:
    with pytest.raises(ReservedSlug):
        check_slug(slug)


def test_addresses_of_the_outside_interface_are_reserved() -> None:
    named = {
        "subscribe",
        "embed",
        "register",
        "calendar.ics",
        "feed.xml",
        "organiser",
        "api",
        "static",
        "healthz",
    }
    named |= {"_mail", "subscriptions", "registrations", "readyz", "metrics", "event.ics"}

    assert named - RESERVED_SLUGS == set()


def test_raised_revision_counts_one_up_and_remembers_when() -> None:
    event = a_meeting(NOON, revision=3, changed_at=NOON)

    raise_revision(event, now=NOON + timedelta(hours=1))

    assert (event.revision, event.changed_at) == (4, NOON + timedelta(hours=1))


def test_new_date_is_remembered_without_a_revision() -> None:
    event = a_meeting(NOON, revision=3)

    note_new_date(event, now=NOON)

    assert (event.revision, event.redated_at) == (3, NOON)
