"""The pages for everybody: the series, its dialogues, and the way in and out of the list."""

from flask import Blueprint

from mailer.web.public import (
    calendars,
    cards,
    confirming,
    confirming_seat,
    feeds,
    files,
    finding_link,
    joining,
    managing,
    registering,
    seat,
    series_pages,
    sign_up,
    stored,
    unsubscribing,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    series_pages.bp,
    calendars.bp,
    cards.bp,
    feeds.bp,
    files.bp,
    sign_up.bp,
    confirming.bp,
    unsubscribing.bp,
    managing.bp,
    stored.bp,
    registering.bp,
    confirming_seat.bp,
    seat.bp,
    joining.bp,
    finding_link.bp,
)
