"""A mailing under way: held back, going on, stopped, its failed letters tried again, its doubts decided."""

from __future__ import annotations

from flask import flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, mailings
from mailer.context import parts
from mailer.organisers import Role
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.mailings.entrance import bp, open_mailing, to_mailing
from mailer.web.desk.mailings.listing import title_of
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext


@bp.post("/<int:number>/pause")
@needs(Role.SENDER)
def pause(slug: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        open_mailing(session, slug, number)
        mailings.pause(session, number)
        note(session, "mailing.paused", series=slug, subject=number)
    flash(_("The mailing is held back. What was on its way already still arrives."), "done")
    return to_mailing(slug, number)


@bp.post("/<int:number>/resume")
@needs(Role.SENDER)
def resume(slug: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        open_mailing(session, slug, number)
        mailings.resume(session, number)
        note(session, "mailing.resumed", series=slug, subject=number)
    flash(_("The mailing goes on."), "done")
    return to_mailing(slug, number)


@bp.get("/<int:number>/stop")
@needs(Role.SENDER)
def weigh_stop(slug: str, number: int) -> str:
    """What stopping means, in numbers."""
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        counts = delivery.counts_by_state(session, mailing)
        total = sum(counts.values())
        if mailing.opened_at is None:
            total = mailings.count_reached(session, mailing, now=parts().now())
            left = total
        else:
            left = counts["queued"] + counts["deferred"]
        return render_template(
            "desk/mailings/stop.html",
            slug=slug,
            number=number,
            title=title_of(mailing),
            sent=counts["sent"],
            total=total,
            left=left,
        )


@bp.post("/<int:number>/stop")
@needs(Role.SENDER)
def stop(slug: str, number: int) -> AnyResponse:
    now = parts().now()
    with parts().database.transaction() as session:
        mailing = open_mailing(session, slug, number)
        mailings.cancel(session, number, now=now)
        delivery.finish_mailings(session, now=now)
        sent = delivery.counts_by_state(session, mailing)["sent"]
        note(session, "mailing.stopped", series=slug, subject=number, count=sent)
    flash(_("The mailing is stopped for good."), "done")
    return to_mailing(slug, number)


@bp.post("/<int:number>/retry")
@needs(Role.SENDER)
def retry(slug: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        open_mailing(session, slug, number)
        tried = delivery.retry(session, number, now=parts().now())
        note(session, "mailing.retried", series=slug, subject=number, count=tried)
    flash(
        ngettext("%(count)s letter is tried again.", "%(count)s letters are tried again.", tried)
        % {"count": tried},
        "done",
    )
    return to_mailing(slug, number)


@bp.post("/<int:number>/doubt")
@needs(Role.SENDER)
def decide(slug: str, number: int) -> AnyResponse:
    """Letters of which nobody knows whether they arrived: one, or all of the mailing."""
    as_sent = request.form.get("decision") == "sent"
    with parts().database.transaction() as session:
        mailing = open_mailing(session, slug, number)
        decided = delivery.settle_held(
            session,
            mailing,
            delivery_id=request.form.get("row", None, type=int),
            as_sent=as_sent,
            now=parts().now(),
        )
        action = "mailing.counted_as_sent" if as_sent else "mailing.sent_again"
        note(session, action, series=slug, subject=number, count=decided)
    words = (
        ngettext("%(count)s letter counts as sent.", "%(count)s letters count as sent.", decided)
        if as_sent
        else ngettext("%(count)s letter is sent again.", "%(count)s letters are sent again.", decided)
    )
    flash(words % {"count": decided}, "done")
    return to_mailing(slug, number)
