"""The organisers' pages."""

from flask import Blueprint, Flask

from mailer.web.desk import audit_log, checkup, frame, guarding, overview, plan, previews, signing_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    signing_in.bp,
    overview.bp,
    checkup.bp,
    plan.bp,
    previews.bp,
    audit_log.bp,
    audit_log.bp_of_series,
)


def set_up(app: Flask) -> None:
    """What all pages of the desk have in common."""
    guarding.set_up(app)
    frame.set_up(app)
