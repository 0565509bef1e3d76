"""Mail that comes back, as servers and programs of the world write it; the words are our own."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Origin:
    """The letter that a report is about, as its writer knows it."""

    mark: str
    """The local part of the return path: ``b+`` and 32 hexadecimal digits."""
    message_id: str
    """With its angle brackets."""
    to: str = "anna@example.net"

    @property
    def return_path(self) -> str:
        return f"{self.mark}@example.org"

    @property
    def header(self) -> str:
        """What of it comes back with a report."""
        return (
            f"Return-Path: <{self.return_path}>\n"
            'From: "Netzwerk Uebung" <dialog@example.org>\n'
            f'To: "Anna" <{self.to}>\n'
            "Subject: Morgen um 17:00 Uhr\n"
            f"Message-ID: {self.message_id}\n"
            "MIME-Version: 1.0\n"
        )


def report(
    origin: Origin,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    diagnostic: str = "",
    final: str = "",
    to: str = "",
    number: int = 1,
    date: str = "Wed, 24 May 2023 09:05:00 +0200",
    envelope_id: str = "",
    header: str | None = None,
) -> bytes:
    """As Postfix writes it."""
    said = diagnostic or f"smtp; 550 {status} <{origin.to}>: Recipient address rejected: User unknown"
    group = [
        f"Final-Recipient: rfc822; {final or origin.to}",
        f"Original-Recipient: rfc822;{origin.to}",
        f"Action: {action}",
        f"Status: {status}",
        "Remote-MTA: dns; mx.example.net",
        f"Diagnostic-Code: {said}",
    ]
    whole = ["Reporting-MTA: dns; relay.example.org"]
    whole += [f"Original-Envelope-Id: {envelope_id}"] if envelope_id else []
    parts = [
        ("text/plain; charset=us-ascii", "I'm sorry to have to inform you that your message could not be delivered."),
        ("message/delivery-status", "\n".join([*whole, "", *group])),
        ("text/rfc822-headers", origin.header if header is None else header),
    ]  # fmt: skip
    top = (
        "From: MAILER-DAEMON@relay.example.org (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        f"To: {to or origin.return_path}\n"
        f"Date: {date}\n"
        f"Message-Id: <2023{number}.4QXYZ@relay.example.org>\n"
        "Auto-Submitted: auto-replied\n"
    )
    return multipart(top, "report; report-type=delivery-status", parts)


def multipart(top: str, kind: str, parts: list[tuple[str, str]]) -> bytes:
    """A message of several parts."""
    body = "".join(f"--sep\nContent-Type: {content}\n\n{text}\n\n" for content, text in parts)
    return (
        f'{top}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="sep"\n\n{body}--sep--\n'.encode()
    )


def exchange_report(origin: Origin) -> bytes:
    """As Exchange Online writes it: the status part with a charset, the recipient without a space, a part inside a part."""
    inner = (
        "multipart/alternative; boundary=inner",
        "--inner\nContent-Type: text/plain; charset=utf-8\n\n"
        "Ihre Nachricht konnte nicht zugestellt werden.\n--inner--",
    )
    status = (
        "message/delivery-status",
        dedent(f"""\
            Reporting-MTA: dns;FR0P281MB0001.DEUP281.PROD.OUTLOOK.COM
            Received-From-MTA: dns;relay.example.org
            Arrival-Date: Wed, 24 May 2023 07:05:00 +0000

            Final-Recipient: rfc822;{origin.to.upper()}
            Action: failed
            Status: 5.1.10
            Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
             {origin.to} not found by SMTP address lookup"""),
    )
    top = (
        "From: Microsoft Outlook <MicrosoftExchange329e@example.net>\n"
        f"To: <{origin.return_path}>\n"
        "Date: Wed, 24 May 2023 07:05:02 +0000\n"
        "Message-ID: <5b1f@FR0P281MB0001.DEUP281.PROD.OUTLOOK.COM>\n"
        "Subject: Unzustellbar: Morgen um 17:00 Uhr\n"
        "X-MS-Exchange-Message-Is-Ndr: true\n"
    )
    enclosed = ("message/rfc822", origin.header + "\nGuten Tag\n")
    return multipart(top, "report; report-type=delivery-status", [inner, status, enclosed])


def gmail_report(origin: Origin) -> bytes:
    """As Gmail writes it: the server's answer over several lines, the fields in another order."""
    status = (
        "message/delivery-status",
        dedent(f"""\
            Reporting-MTA: dns; googlemail.com
            Arrival-Date: Wed, 24 May 2023 00:05:01 -0700 (PDT)
            X-Original-Message-ID: {origin.message_id}

            Final-Recipient: rfc822; {origin.to}
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; gmail-smtp-in.l.google.com.
            Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
             550-5.1.1 double-checking the address for typos. 550 5.1.1 For more information, see the help page.
            Last-Attempt-Date: Wed, 24 May 2023 00:05:02 -0700 (PDT)"""),
    )
    top = (
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
        f"To: {origin.return_path}\n"
        "Auto-Submitted: auto-replied\n"
        "Subject: Delivery Status Notification (Failure)\n"
        "Message-ID: <646d.gmail@mx.google.com>\n"
        "Date: Wed, 24 May 2023 00:05:02 -0700\n"
    )
    words = (
        "text/plain; charset=UTF-8",
        f"** Address not found **\n\nYour message wasn't delivered to {origin.to}.",
    )
    return multipart(
        top, "report; report-type=delivery-status", [words, status, ("message/rfc822", origin.header)]
    )


def exim_report(origin: Origin, *, status: str = "5.0.0", quoted: str = "550 5.1.1") -> bytes:
    """As Exim writes it: a status that says nothing, and the true one in the server's words."""
    said = (
        "message/delivery-status",
        dedent(f"""\
            Reporting-MTA: dns; exim.example.org

            Action: failed
            Final-Recipient: rfc822;{origin.to}
            Status: {status}
            Remote-MTA: dns; mx.example.net
            Diagnostic-Code: smtp; {quoted} <{origin.to}>: no such user here"""),
    )
    top = (
        f"X-Failed-Recipients: {origin.to}\nAuto-Submitted: auto-replied\n"
        "From: Mail Delivery System <Mailer-Daemon@exim.example.org>\n"
        f"To: {origin.return_path}\nSubject: Mail delivery failed: returning message to sender\n"
        "Message-Id: <E1q1abc-0001@exim.example.org>\nDate: Wed, 24 May 2023 09:05:02 +0200\n"
    )
    words = (
        "text/plain; charset=us-ascii",
        "This message was created automatically by mail delivery software.",
    )
    return multipart(
        top, "report; report-type=delivery-status", [words, said, ("message/rfc822", origin.header)]
    )


def old_exim_report(origin: Origin, *, answer: str = "550 5.1.1") -> bytes:
    """As Exim wrote it before it knew RFC 3464: a field of its own, and prose."""
    return (
        f"X-Failed-Recipients: {origin.to}\nAuto-Submitted: auto-replied\n"
        "From: Mail Delivery System <Mailer-Daemon@exim.example.org>\n"
        f"To: {origin.return_path}\nSubject: Mail delivery failed: returning message to sender\n"
        "Message-Id: <E1q2abc-0001@exim.example.org>\nDate: Wed, 24 May 2023 09:05:02 +0200\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered. This is a permanent error. Failed:\n\n"
        f"  {origin.to}\n"
        f"    SMTP error from remote mail server after RCPT TO:<{origin.to}>:\n"
        f"    host mx.example.net [192.0.2.25]: {answer} <{origin.to}>: unknown user\n\n"
        "------ This is a copy of your message, including all the headers. ------\n\n"
        f"{origin.header}\nGuten Tag\n"
    ).encode()


def qmail_report(origin: Origin, *, why: str = "Sorry, no mailbox here by that name. (#5.1.1)") -> bytes:
    """As qmail writes it: no Message-ID, no report type, a paragraph an address."""
    return (
        f"From: MAILER-DAEMON@mx.example.net\nTo: {origin.return_path}\n"
        "Date: 24 May 2023 07:05:02 -0000\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{origin.to}>:\n{why}\n\n"
        "--- Below this line is a copy of the message.\n\n"
        f"{origin.header}\nGuten Tag\n"
    ).encode()


def complaint(origin: Origin, *, kind: str = "abuse") -> bytes:
    """As providers write who pressed "spam" (RFC 5965); the address is blotted out."""
    said = (
        "message/feedback-report",
        dedent(f"""\
            Feedback-Type: {kind}
            User-Agent: SomeProvider-Loop/1.0
            Version: 1
            Original-Mail-From: <{origin.return_path}>
            Arrival-Date: Wed, 24 May 2023 07:05:02 +0000"""),
    )
    top = (
        "From: feedback@provider.example\nTo: abuse@example.org\nSubject: FW: Morgen um 17:00 Uhr\n"
        "Message-ID: <loop-1@provider.example>\nDate: Thu, 25 May 2023 07:05:02 +0000\n"
    )
    words = ("text/plain; charset=us-ascii", "This is an email abuse report.")
    enclosed = (
        "message/rfc822",
        origin.header.replace(f'"Anna" <{origin.to}>', "redacted") + "\nGuten Tag\n",
    )
    return multipart(top, "report; report-type=feedback-report", [words, said, enclosed])


def absence(origin: Origin, *fields: str, subject: str = "Abwesend: Morgen um 17:00 Uhr") -> bytes:
    """Somebody is away, and her mail program says so to the return path."""
    return (
        f"From: Anna <{origin.to}>\nTo: {origin.return_path}\nSubject: {subject}\n"
        f"In-Reply-To: {origin.message_id}\nMessage-ID: <away-{len(fields)}@example.net>\n"
        "Date: Wed, 24 May 2023 09:06:00 +0200\n"
        + "".join(f"{one}\n" for one in fields)
        + "\nIch bin bis Montag nicht da.\n"
    ).encode()


def leaving(token: str, *, subject: str = "") -> bytes:
    """What a mail program sends when the ``mailto:`` of List-Unsubscribe is used."""
    return (
        "From: anna@example.net\nTo: weg@example.org\n"
        f"Subject: {subject or f'unsubscribe {token}'}\nMessage-ID: <leave-1@example.net>\n\n"
    ).encode()
