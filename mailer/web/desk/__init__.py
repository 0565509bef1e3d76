"""The organisers' pages."""

from flask import Blueprint, Flask

from mailer.web.desk import (
    account,
    account_clock,
    account_factor,
    account_sessions,
    announcing,
    arriving,
    as_read,
    audit_log,
    blocking,
    checkup,
    dialogue_editing,
    dialogues,
    frame,
    guarding,
    handover,
    invitation,
    mailings,
    new_series,
    overview,
    people,
    people_importing,
    person,
    plan,
    previews,
    question_editing,
    reminder_rules,
    seats,
    series_copying,
    series_files,
    series_languages,
    series_overview,
    series_settings,
    signing_in,
    team,
)

PEOPLE = (people, person, people_importing, blocking)
"""Modules whose views are of one blueprint: naming them here is what brings their views in."""

BLUEPRINTS: tuple[Blueprint, ...] = (
    signing_in.bp,
    invitation.bp,
    account.bp,
    account_clock.bp,
    account_factor.bp,
    account_sessions.bp,
    team.bp,
    as_read.bp,
    overview.bp,
    new_series.bp,
    series_copying.bp,
    dialogues.bp,
    series_files.bp,
    dialogue_editing.bp,
    question_editing.bp,
    announcing.bp,
    checkup.bp,
    series_overview.bp,
    plan.bp,
    reminder_rules.bp,
    series_settings.bp,
    series_languages.bp,
    mailings.bp,
    handover.bp,
    previews.bp,
    people.bp,
    seats.bp,
    arriving.bp,
    audit_log.bp,
    audit_log.bp_of_series,
)


def set_up(app: Flask) -> None:
    """What all pages of the desk have in common."""
    guarding.set_up(app)
    frame.set_up(app)
