"""Whatever somebody sends us: reading it raises nothing, and takes no time worth speaking of."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.returns import Kind
from mailer.returns.judging import judge, own
from mailer.returns.reading import read
from tests.support.returning import (
    Origin,
    absence,
    complaint,
    exchange_report,
    gmail_report,
    leaving,
    old_exim_report,
    qmail_report,
    report,
)

ORIGIN = Origin("b+" + "0" * 32, f"<{'1' * 32}@example.org>")
WRITTEN = [
    report(ORIGIN),
    exchange_report(ORIGIN),
    gmail_report(ORIGIN),
    old_exim_report(ORIGIN),
    qmail_report(ORIGIN),
    complaint(ORIGIN),
    absence(ORIGIN, "Auto-Submitted: auto-replied"),
    leaving("x" * 30),
]
NASTY = [b"\0", b"\xff", b"\n\n", b"--sep", b"=?utf-8?b?/?=", b"message/rfc822", b";", b"\r", b"=_", b"From "]


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_can_be_read(raw: bytes) -> None:
    understood(raw)


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_reports_with_holes_and_foreign_bytes_in_them_can_be_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(WRITTEN)))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 40))] = data.draw(
            st.sampled_from(NASTY) | st.binary(max_size=6)
        )

    understood(bytes(raw))


@given(st.integers(1, 4000))
@settings(max_examples=10, deadline=None)
@example(195)
@example(4000)
def test_parts_inside_parts_inside_parts_can_be_read(depth: int) -> None:
    understood(
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(depth))
    )


def test_fields_without_end_are_read_in_a_moment() -> None:
    long = [
        b"To: " + b"b+" * 500_000 + b"\n\n",
        b"X-Failed-Recipients: " + b"a@b," * 100_000 + b"\n\nx\n",
        b"To: x\n\nHi. This is the qmail-send program at x\n\n" + b"<a@b>:\nno\n\n" * 50_000,
        b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\n\n",
        b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 50_000,
        b"Subject: x\n\n" + b"-" * 1_000_000 + b" copy of",
    ]

    for raw in long:
        understood(raw)


def understood(raw: bytes) -> None:
    found = read(raw)
    fate = own(found.fates, None)
    assert isinstance(found.kind, Kind)
    if fate is not None:
        judge(fate, None)
        assert len(fate.reply.without_addresses) <= 500
