"""A seat at one event, online or on site: who asked for it, who has it, and who waits."""

from mailer.registrations.arriving import check_in, undo_check_in
from mailer.registrations.changing import accept, change_details, give_back, stop_waiting, switch
from mailer.registrations.models import (
    Attendance,
    Registration,
    RegistrationId,
    RegistrationState,
    SeatLetter,
)
from mailer.registrations.refusing import (
    CalledOff,
    EventOver,
    NoSuchAttendance,
    NotOpenYet,
    OfferGone,
    RegisteredElsewhere,
    SeatGivenBack,
    SeatLinkReplaced,
    SeatLinkTooOld,
    UnknownRegistration,
    check_open,
    is_open,
    ways_to_attend,
)
from mailer.registrations.registering import (
    Wanted,
    confirm,
    find_registration,
    get_registration,
    look_at_link,
    request,
)
from mailer.registrations.settling import seats_left, settle_due
from mailer.registrations.wording import seat_wording

__all__ = [
    "Attendance",
    "CalledOff",
    "EventOver",
    "NoSuchAttendance",
    "NotOpenYet",
    "OfferGone",
    "RegisteredElsewhere",
    "Registration",
    "RegistrationId",
    "RegistrationState",
    "SeatGivenBack",
    "SeatLetter",
    "SeatLinkReplaced",
    "SeatLinkTooOld",
    "UnknownRegistration",
    "Wanted",
    "accept",
    "change_details",
    "check_in",
    "check_open",
    "confirm",
    "find_registration",
    "get_registration",
    "give_back",
    "is_open",
    "look_at_link",
    "request",
    "seat_wording",
    "seats_left",
    "settle_due",
    "stop_waiting",
    "switch",
    "undo_check_in",
    "ways_to_attend",
]
