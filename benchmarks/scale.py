"""How much is measured: the size of every row, and how long we wait for it."""

from __future__ import annotations

from dataclasses import dataclass, replace


class Lacking(Exception):
    """This machine has not got what a row needs; the text says what to install or to start."""


@dataclass(frozen=True)
class Scale:
    """The numbers of one benchmark run."""

    pairs: int = 3
    """Alternations of ours and the reference."""
    mails: int = 20_000
    """Letters of a mailing into a sink on the same machine."""
    postfix_mails: int = 6_000
    """Letters into a real Postfix, which writes each to its disk."""
    loop_mails: int = 1_000
    """Letters the plain Flask-Mail loop sends there: it is compared by letters a second."""
    far_mails: int = 8_000
    """Letters of a mailing through the relay 20 ms away."""
    far_loop_mails: int = 60
    """Letters the plain loop sends there."""
    many: int = 200_000
    """Recipients of the mailings that memory and opening are measured with; a million with ``--full``."""
    few: int = 1_000
    """Recipients that the memory of ``many`` is held against."""
    announced: int = 100_000
    """Recipients of the mailing whose first letter is awaited."""
    sign_ups: int = 500
    """Forms sent while a mailing runs, and as many while none does."""
    page_views: int = 20_000
    """Answers of the series page, and a quarter as many sign-ups."""
    patience: float = 1800.0
    """Seconds after which a single run is given up."""


def quick() -> Scale:
    """Enough to see that every row works; its figures mean nothing."""
    return Scale(
        pairs=3,
        mails=400,
        postfix_mails=200,
        loop_mails=100,
        far_mails=200,
        far_loop_mails=10,
        many=3_000,
        few=200,
        announced=3_000,
        sign_ups=60,
        page_views=400,
        patience=240.0,
    )


def full() -> Scale:
    """As the table in docs/performance.md asks for, the million included."""
    return replace(Scale(), many=1_000_000)
