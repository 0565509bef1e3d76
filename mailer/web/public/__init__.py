"""The pages for everybody: the series, its dialogues, and the way in and out of the list."""

from flask import Blueprint

from mailer.web.public import (
    calendars,
    confirming,
    feeds,
    files,
    finding_link,
    managing,
    series_pages,
    sign_up,
    stored,
    unsubscribing,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    series_pages.bp,
    calendars.bp,
    feeds.bp,
    files.bp,
    sign_up.bp,
    confirming.bp,
    unsubscribing.bp,
    managing.bp,
    stored.bp,
    finding_link.bp,
)
