"""The second factor: a code of the moment counts once, and ten recovery codes count once each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import organisers
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.organisers import FactorOff, FactorOn, Organiser, RecoveryCode, WrongCode
from tests.support.making import NOON

KEY = b"a key of the house, for tests"
STEP = timedelta(seconds=30)


def begun(session: Session, address: str = "olga@example.org") -> tuple[Organiser, pyotp.TOTP]:
    """An organiser who is setting up a second factor, and the app she does it with."""
    olga = organisers.add(session, EmailAddress(address), now=NOON)
    organisers.begin_factor(olga)
    session.flush()
    return olga, pyotp.TOTP(organisers.secret_for(olga, KEY))


def confirmed(session: Session) -> tuple[Organiser, pyotp.TOTP, list[str]]:
    olga, app = begun(session)
    return olga, app, organisers.confirm_factor(session, olga, app.at(NOON), key=KEY, now=NOON)


def test_factor_counts_only_once_a_code_has_confirmed_it(session: Session) -> None:
    olga, app = begun(session)

    with pytest.raises(WrongCode):
        organisers.confirm_factor(session, olga, "000000", key=KEY, now=NOON)
    with pytest.raises(FactorOff):
        organisers.accept_code(session, olga, app.at(NOON), key=KEY, now=NOON)
    codes = organisers.confirm_factor(session, olga, app.at(NOON), key=KEY, now=NOON)

    assert (olga.factor_confirmed_at, len(set(codes))) == (NOON, 10)


def test_code_is_accepted_once(session: Session) -> None:
    olga, app, _ = confirmed(session)
    later = NOON + 4 * STEP

    organisers.accept_code(session, olga, app.at(later), key=KEY, now=later)

    with pytest.raises(WrongCode):
        organisers.accept_code(session, olga, app.at(later), key=KEY, now=later)
    with pytest.raises(WrongCode):  # one that was never used, but is older
        organisers.accept_code(session, olga, app.at(later - STEP), key=KEY, now=later)


def test_code_that_confirmed_the_factor_signs_nobody_in(session: Session) -> None:
    olga, app, _ = confirmed(session)

    with pytest.raises(WrongCode):
        organisers.accept_code(session, olga, app.at(NOON), key=KEY, now=NOON)


@pytest.mark.parametrize(("off", "passes"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_of_a_phone_may_be_half_a_minute_off(session: Session, off: int, passes: bool) -> None:
    olga, app, _ = confirmed(session)
    later = NOON + 10 * STEP
    code = app.at(later + off * STEP)

    if passes:
        assert organisers.accept_code(session, olga, code, key=KEY, now=later) is False
    else:
        with pytest.raises(WrongCode):
            organisers.accept_code(session, olga, code, key=KEY, now=later)


def test_code_may_be_typed_as_apps_show_it(session: Session) -> None:
    olga, app, _ = confirmed(session)
    later = NOON + 4 * STEP
    code = app.at(later)

    assert organisers.accept_code(session, olga, f" {code[:3]} {code[3:]} ", key=KEY, now=later) is False


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "①②③④⑤⑥", "٠١٢٣٤٥", "\0" * 6, "x" * 100_000])
def test_what_is_no_code_is_a_wrong_one(session: Session, typed: str) -> None:
    olga, _, _ = confirmed(session)

    with pytest.raises(WrongCode):
        organisers.accept_code(session, olga, typed, key=KEY, now=NOON)


def test_recovery_code_counts_once_however_it_is_typed(session: Session) -> None:
    olga, _, codes = confirmed(session)

    by_recovery = organisers.accept_code(session, olga, codes[3].upper().replace("-", " "), key=KEY, now=NOON)

    assert (by_recovery, organisers.count_recovery_codes(session, olga)) == (True, 9)
    with pytest.raises(WrongCode):
        organisers.accept_code(session, olga, codes[3], key=KEY, now=NOON)


def test_recovery_codes_are_not_kept_and_belong_to_one_person(session: Session) -> None:
    _, _, codes = confirmed(session)
    otto, app = begun(session, "otto@example.org")
    organisers.confirm_factor(session, otto, app.at(NOON), key=KEY, now=NOON)

    kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))

    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    with pytest.raises(WrongCode):
        organisers.accept_code(session, otto, codes[0], key=KEY, now=NOON)


def test_new_recovery_codes_replace_the_old(session: Session) -> None:
    olga, _, old = confirmed(session)

    new = organisers.renew_recovery_codes(session, olga, key=KEY)

    assert organisers.accept_code(session, olga, new[0], key=KEY, now=NOON)
    with pytest.raises(WrongCode):
        organisers.accept_code(session, olga, old[0], key=KEY, now=NOON)


def test_of_many_with_one_code_one_passes(database: Database) -> None:
    with database.transaction() as session:
        olga, app, codes = confirmed(session)
        olga_id = olga.id
    later, together = NOON + 4 * STEP, Barrier(4)

    def try_(code: str) -> str:
        together.wait()
        try:
            with database.transaction() as session:
                organiser = organisers.get_organiser(session, olga_id)
                organisers.accept_code(session, organiser, code, key=KEY, now=later)
        except WrongCode as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(4) as crowd:
        answers = [sorted(crowd.map(try_, [code] * 4)) for code in (app.at(later), codes[0])]

    assert answers == [["in", "wrong_code", "wrong_code", "wrong_code"]] * 2


def test_factor_that_is_on_is_not_replaced_unasked(session: Session) -> None:
    olga, _, _ = confirmed(session)

    with pytest.raises(FactorOn):
        organisers.begin_factor(olga)


def test_dropped_factor_leaves_nothing_behind(session: Session) -> None:
    olga, app, codes = confirmed(session)

    organisers.drop_factor(session, olga)

    assert session.scalars(select(RecoveryCode)).all() == []
    for code in (app.at(NOON + STEP), codes[0]):
        with pytest.raises(FactorOff):
            organisers.accept_code(session, olga, code, key=KEY, now=NOON + STEP)


def test_secret_cannot_be_made_without_the_key_of_the_house(session: Session) -> None:
    olga, app = begun(session)

    stored = {column.name: getattr(olga, column.name) for column in Organiser.__table__.columns}

    assert app.secret not in str(stored)
    assert organisers.secret_for(olga, b"another key") != app.secret
    assert len(app.byte_secret()) == 20
