"""Looking at caught mails."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, make_response, render_template
from werkzeug.utils import secure_filename

from mailer.context import parts
from mailer.web.caught.reading import list_mails, read_html, read_mail, read_part, read_raw
from mailer.web.framed import answer_as_file, answer_in_frame
from mailer.web.headers import POLICY

bp = Blueprint("caught", __name__, url_prefix="/_mail")

WITH_FRAME = f"{POLICY}; frame-src 'self'"


@bp.get("/")
def index() -> str:
    return render_template("desk/caught_index.html", mails=list_mails(_folder()))


@bp.get("/<int:number>")
def show(number: int) -> Response:
    page = render_template("desk/caught_mail.html", mail=read_mail(_folder(), number))
    response = make_response(page)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response


@bp.get("/<int:number>/html")
def show_html(number: int) -> Response:
    return answer_in_frame(read_html(_folder(), number))


@bp.get("/<int:number>/parts/<int:place>")
def download(number: int, place: int) -> Response:
    """One part as a file. Never shown in the browser, whatever it says it is."""
    part, content = read_part(_folder(), number, place)
    name = secure_filename(part.filename) or f"{number}-{place}.{_ending(part.content_type)}"
    return answer_as_file(content, part.content_type if part.content_type == "text/calendar" else "", name)


@bp.get("/<int:number>.eml")
def raw(number: int) -> Response:
    return answer_as_file(read_raw(_folder(), number), "message/rfc822", f"{number}.eml")


def _folder() -> Path:
    return parts().config.instance / "caught"


def _ending(content_type: str) -> str:
    return {"text/calendar": "ics", "text/html": "html", "text/plain": "txt"}.get(content_type, "bin")
