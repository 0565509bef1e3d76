"""Who wants the mails of a series, until when, and how we know."""

from mailer.subscriptions.admitting import Admission, NotAdmitted, admit
from mailer.subscriptions.leaving import (
    NotSubscribed,
    bounce,
    choose_language,
    counts_by_state,
    end_finished,
    leave,
    pause,
    resume,
)
from mailer.subscriptions.models import (
    Consent,
    ConsentStep,
    OwedLetter,
    Subscription,
    SubscriptionId,
    SubscriptionState,
)
from mailer.subscriptions.sign_up import (
    CONFIRM_WITHIN,
    LinkReplaced,
    LinkTooOld,
    SeriesOver,
    UnknownRequest,
    ask_access,
    ask_link,
    confirm,
    find_of_person,
    find_subscription,
    owe,
    request,
)
from mailer.subscriptions.wording import consent_wording

__all__ = [
    "CONFIRM_WITHIN",
    "Admission",
    "Consent",
    "ConsentStep",
    "LinkReplaced",
    "LinkTooOld",
    "NotAdmitted",
    "NotSubscribed",
    "OwedLetter",
    "SeriesOver",
    "Subscription",
    "SubscriptionId",
    "SubscriptionState",
    "UnknownRequest",
    "admit",
    "ask_access",
    "ask_link",
    "bounce",
    "choose_language",
    "confirm",
    "consent_wording",
    "counts_by_state",
    "end_finished",
    "find_of_person",
    "find_subscription",
    "leave",
    "owe",
    "pause",
    "request",
    "resume",
]
