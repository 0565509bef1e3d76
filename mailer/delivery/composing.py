"""From a ledger row to the bytes on the wire."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import letters, outcomes
from mailer.core.text import in_language
from mailer.core.tokens import Links
from mailer.core.types import EmailAddress
from mailer.delivery.models import Delivery, DeliveryId
from mailer.delivery.seat_letters import ACCESS_COUNTS_FOR, SeatLinks
from mailer.delivery.verdicts import Row
from mailer.delivery.wire import Outgoing
from mailer.letters import AccountNews, Letter, LetterKind, Missed, Order, Recipient
from mailer.mailings import Mailing, Origin
from mailer.organisers import AccountChange
from mailer.series import Change, Event, Facts, Series, change_to_show
from mailer.subscriptions import CONFIRM_WITHIN


@dataclass(frozen=True)
class Composer:
    """Writes the letter behind a row. The same row gives the same bytes, but for words that say how near a dialogue is."""

    base_url: str
    links: Links
    default_sender: str
    """``Name <address>`` for mails to organisers; a series has a sender of its own."""
    return_path_domain: str | None
    unsubscribe_mailbox: str | None

    def compose(self, session: Session, row: Delivery, *, now: datetime) -> Outgoing:
        """The letter with its envelope. Whatever goes wrong here is this row's fault alone."""
        order = self.order(session, row, now=now)
        return self.enclose(row, order, letters.write(order))

    def enclose(self, row: Delivery, order: Order, letter: Letter) -> Outgoing:
        """A written letter in its envelope."""
        envelope = self._envelope(row, order.recipient)
        sender = f"{self.return_path(row.id)}@{self._return_domain(envelope)}"
        return Outgoing.of(sender, str(row.address), letters.build(letter, envelope))

    def stencil(self, session: Session, row: Delivery, *, now: datetime) -> MailingStencil:
        """The letter of a mailing's row for everybody who is told the same: same language, and a name or none."""
        order = self.order(session, row, now=now)
        to = letters.slotted(order.recipient)
        to = replace(
            to,
            unsubscribe_url=letters.unsubscribe_url(self.base_url, letters.LEAVE_SLOT),
            manage_url=letters.manage_url(self.base_url, letters.MANAGE_SLOT),
        )
        envelope = self._envelope(row, to, leave=letters.LEAVE_SLOT)
        domain = envelope.message_id.rpartition("@")[2]
        envelope = replace(envelope, message_id=f"{letters.MESSAGE_ID_SLOT}@{domain}")
        skeleton = letters.compiled_for_all(replace(order, recipient=to), envelope)
        return MailingStencil(self, skeleton, self._return_domain(envelope))

    def order(self, session: Session, row: Delivery, *, now: datetime) -> Order:
        """What the letters room needs to know to write this row's letter."""
        kind = LetterKind(row.kind)
        event = self._event(session, row)
        mailing = row.mailing
        told = row.facts.get("told", [])
        seats = SeatLinks(self.base_url, self.links)
        link, valid_until = seats.link(row) if row.registration else self._link(row)
        change, before = self._change(row, kind, event)
        return Order(
            kind=kind,
            language=row.series.spoken(row.language) if row.series else row.language,
            recipient=self._recipient(row),
            base_url=self.base_url,
            now=now,
            series=row.series,
            event=event,
            told=[session.get_one(Event, event_id) for event_id in told],
            link=link,
            valid_until=valid_until,
            subject=mailing.subject if mailing else row.facts.get("subject", {}),
            body=mailing.body if mailing else row.facts.get("body", {}),
            with_calendar=mailing.with_calendar if mailing else row.facts.get("calendar", True),
            conditions=outcomes.list_conditions(session, event)
            if event is not None and kind is LetterKind.DOCUMENTATION
            else (),
            missed=self._missed(session, row),
            account=_account(row),
            change=change,
            before=before,
            seat=seats.seat(row.registration) if row.registration else None,
            test=bool(row.facts.get("test")),
        )

    def return_path(self, delivery_id: int) -> str:
        """The local part that returned mail comes back to: which row it was, in a form nobody can forge.

        Lower-case hexadecimal, for some servers fold case; 80 bits of HMAC-SHA256.
        """
        body = delivery_id.to_bytes(6)
        return "b+" + (body + self.links.mac("return-path", body)[:10]).hex()

    def row_behind(self, mark: str) -> DeliveryId | None:
        """Which row a return path names, or the envelope id made of it; None where it was not made here."""
        try:
            body = bytes.fromhex(mark.lower().removeprefix("b+"))[:6]
            number = DeliveryId(int.from_bytes(body))
            made = self.return_path(number).removeprefix("b+")
        except ValueError:
            return None
        return number if hmac.compare_digest(made, mark.lower().removeprefix("b+")) else None

    def message_number(self, key: str) -> str:
        """What stands before the ``@`` of the Message-ID.

        Derived from the row's key, so that a letter sent again is the same letter.
        """
        return self.links.mac("message-id", key.encode())[:16].hex()

    def _return_domain(self, envelope: letters.Envelope) -> str:
        return self.return_path_domain or envelope.sender_address.rpartition("@")[2]

    def _event(self, session: Session, row: Delivery) -> Event | None:
        if row.mailing is not None:
            return row.mailing.event
        if row.registration is not None:
            return row.registration.event
        event_id = row.facts.get("event")
        return None if event_id is None else session.get(Event, event_id)

    def _change(
        self, row: Delivery, kind: LetterKind, event: Event | None
    ) -> tuple[Change | None, Facts | None]:
        """What is told of a change, and how the event stood before; a test copy tells what is gathered now."""
        mailing = row.mailing
        if mailing is not None:
            return mailing.change, Facts.from_json(mailing.before) if mailing.before else None
        if event is None or kind not in (LetterKind.CHANGE, LetterKind.CANCELLATION):
            return None, None
        return change_to_show(event, cancelled=kind is LetterKind.CANCELLATION)

    def _recipient(self, row: Delivery) -> Recipient:
        address = row.address
        assert address is not None  # noqa: S101  # rows without one are skipped before
        if row.registration is not None:
            return Recipient(address=address, name=row.registration.name)
        if row.subscription is None and row.series is not None:
            test = self.links.make("test", 0)
            return Recipient(
                address=address,
                name=row.facts.get("name", ""),
                unsubscribe_url=letters.unsubscribe_url(self.base_url, test),
                manage_url=letters.manage_url(self.base_url, test),
            )
        subscription = row.subscription
        if subscription is None:
            return Recipient(address=address)
        if row.kind == LetterKind.CONFIRM:
            return Recipient(address=address, name=subscription.asked_name)
        return Recipient(
            address=address,
            name=subscription.person.name,
            unsubscribe_url=letters.unsubscribe_url(self.base_url, self.links.make("leave", subscription.id)),
            manage_url=letters.manage_url(self.base_url, self.links.make("manage", subscription.id)),
        )

    def _link(self, row: Delivery) -> tuple[str, datetime | None]:
        if row.kind == LetterKind.CONFIRM and row.subscription is None:
            return letters.confirm_url(self.base_url, self.links.make("test", 0)), row.not_after
        if row.kind == LetterKind.CONFIRM and row.subscription is not None:
            token = self.links.make("confirm", row.subscription.id, row.facts["request"])
            return letters.confirm_url(self.base_url, token), row.subscription.requested_at + CONFIRM_WITHIN
        if row.kind == LetterKind.ACCESS and row.subscription is not None:
            minute = row.facts["minute"]
            token = self.links.make("access", row.subscription.id, minute)
            issued = datetime.fromtimestamp(minute * 60, UTC)
            return letters.access_url(self.base_url, token), issued + ACCESS_COUNTS_FOR
        if row.kind == LetterKind.SIGNIN:
            token = self.links.make("signin", row.facts["link"])
            return letters.sign_in_url(self.base_url, token), row.not_after
        if row.kind == LetterKind.INVITATION:
            token = self.links.make("invitation", row.facts["link"])
            return letters.invitation_url(self.base_url, token), row.not_after
        return "", None

    def _missed(self, session: Session, row: Delivery) -> list[Missed]:
        ids = row.facts.get("mailings", [])
        if not ids:
            return []
        missed = session.scalars(select(Mailing).where(Mailing.id.in_(ids)).order_by(Mailing.due_at)).all()
        return [_missed(mailing, row.language) for mailing in missed]

    def _envelope(self, row: Delivery, recipient: Recipient, *, leave: str = "") -> letters.Envelope:
        series, mailing = row.series, row.mailing
        if series is not None:
            sender_name, sender_address = series.sender_name, series.sender_address
        else:
            sender_name, plain = parseaddr(self.default_sender)
            sender_address = EmailAddress(plain)
        by_hand = bool(row.facts.get("test")) or (mailing is not None and mailing.origin is Origin.HAND)
        return letters.Envelope(
            sender_name=sender_name,
            sender_address=sender_address,
            to=recipient,
            date=row.opened_at,
            message_id=f"{self.message_number(row.key)}@{sender_address.rpartition('@')[2]}",
            auto_submitted=not by_hand,
            reply_to=series.reply_to if series else None,
            mailing_list=self._mailing_list(row, series, leave)
            if series and not row.registration_id
            else None,
            mailing_key=mailing.key if mailing else "",
        )

    def _mailing_list(self, row: Delivery, series: Series, leave: str) -> letters.MailingList:
        mailto = ""
        if self.unsubscribe_mailbox and row.subscription_id is not None:
            token = leave or self.links.make("leave", row.subscription_id)
            mailto = letters.unsubscribe_mailto(EmailAddress(self.unsubscribe_mailbox), token)
        return letters.MailingList(
            identifier=series.list_id,
            title=in_language(series.title, row.language, series.languages),
            help_url=letters.series_url(self.base_url, series),
            owner=series.reply_to or series.sender_address,
            one_click=self.base_url.startswith("https://"),
            unsubscribe_mailto=mailto,
        )


@dataclass(frozen=True, slots=True)
class MailingStencil:
    """A mailing's letter with slots; a row fills them."""

    composer: Composer
    skeleton: letters.Skeleton
    return_domain: str

    def letter(self, row: Row) -> Outgoing:
        """Raises ValueError for an address that cannot be written to."""
        composer, address, subscription = self.composer, row.address, row.subscription_id
        if address is None or subscription is None:
            raise ValueError("nobody to write to")
        personal = letters.Personal(
            address=address,
            name=row.name,
            message_id=composer.message_number(row.key),
            leave=composer.links.make("leave", subscription),
            manage=composer.links.make("manage", subscription),
        )
        sender = f"{composer.return_path(row.id)}@{self.return_domain}"
        return Outgoing(sender, address, self.skeleton.fill(personal))


def _account(row: Delivery) -> AccountNews | None:
    if "account" not in row.facts:
        return None
    return AccountNews(AccountChange(row.facts["account"]), datetime.fromisoformat(row.facts["at"]))


def _missed(mailing: Mailing, language: str) -> Missed:
    series: Series = mailing.series
    event = mailing.event
    return Missed(
        kind=LetterKind(mailing.kind.value),
        series_title=in_language(series.title, language, series.languages),
        event_title="" if event is None else in_language(event.title, language, series.languages),
        due_at=mailing.due_at,
        zone=series.zone,
        reason=mailing.reason,
    )
