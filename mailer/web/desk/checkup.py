"""The system check: what `flask doctor` knows, for those who have no command line."""

from __future__ import annotations

from flask import Blueprint, render_template

from mailer import checkup
from mailer.checkup import Finding, Level, Told
from mailer.context import parts
from mailer.core.clock import utcnow
from mailer.organisers import Role
from mailer.web import languages
from mailer.web.desk.guarding import needs, note

bp = Blueprint("checkup", __name__, url_prefix="/organiser/check")


@bp.get("")
@needs(Role.OWNER)
def show() -> str:
    """What is seen from within. A look asks nobody outside: relay and name servers are asked by the button."""
    house = parts()
    return _page(checkup.look_at_house(house.config, house.database, clock=utcnow()), is_whole=False)


@bp.post("")
@needs(Role.OWNER)
def look() -> str:
    """Everything; it takes some seconds."""
    house = parts()
    found = checkup.examine(
        house.config,
        house.database,
        house.transport,
        resolving=checkup.Resolving(house.config.dns_server, house.config.dkim_selector),
        clock=utcnow(),
    )
    with house.database.transaction() as session:
        note(session, "house.checked", wrong=_count(found, Level.MEND))
    return _page(found, is_whole=True)


def _page(found: list[Finding], *, is_whole: bool) -> str:
    speak = languages.current()
    return render_template(
        "desk/checkup.html",
        areas=_by_area([checkup.told(finding, speak) for finding in found]),
        wrong=_count(found, Level.MEND),
        is_whole=is_whole,
    )


def _by_area(findings: list[Told]) -> dict[str, list[Told]]:
    """In the order in which the areas first come."""
    areas: dict[str, list[Told]] = {}
    for one in findings:
        areas.setdefault(one.area, []).append(one)
    return areas


def _count(found: list[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in found)
