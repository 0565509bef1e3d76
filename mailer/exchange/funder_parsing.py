"""Who pays for a series, as a series file says it."""

from __future__ import annotations

from mailer.exchange.fields import Fields
from mailer.exchange.values import parse_file_name, parse_url
from mailer.series import MOST_FUNDERS, Funder

LONGEST_NAME = 200


def read_funders(fields: Fields) -> tuple[Funder, ...]:
    """Those under ``funders``, in their order; what is wrong with them is noted."""
    found = fields.rows("funders", _read_funder)
    if len(found) > MOST_FUNDERS:
        fields.note("funders", "too_many", most=MOST_FUNDERS)
    return tuple(found)


def _read_funder(fields: Fields) -> Funder:
    return Funder(
        name=fields.name("name", longest=LONGEST_NAME, required=True),
        logo=fields.value("logo", parse_file_name, ""),
        url=fields.value("url", parse_url, ""),
    )
