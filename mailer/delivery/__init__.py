"""The ledger, and the only road to SMTP."""

from mailer.delivery.account_notices import open_account_notice
from mailer.delivery.claiming import mailings_going_out
from mailer.delivery.composing import Composer
from mailer.delivery.dead_letters import undeliverable_seats
from mailer.delivery.finishing import drop_waiting, finish_mailings
from mailer.delivery.intake import (
    open_letters,
    open_mailings,
    open_notices,
    open_sign_in_links,
    open_test_copy,
)
from mailer.delivery.manners import PLAIN_MANNER, Manner, Tally
from mailer.delivery.models import Delivery, DeliveryId, DeliveryState, Route
from mailer.delivery.previewing import Preview, preview, specimen, specimen_of_mailing
from mailer.delivery.progress import (
    Answer,
    Standing,
    answers,
    counts_by_state,
    counts_of_several,
    retry,
    standing,
)
from mailer.delivery.recipients import (
    SEEN_AS,
    Recipient,
    count_held,
    page_of_recipients,
    settle_held,
)
from mailer.delivery.replies import Reply
from mailer.delivery.returning import mark_returned
from mailer.delivery.routes import closed_route
from mailer.delivery.seat_letters import open_seat_letters
from mailer.delivery.transport import Transport
from mailer.delivery.troubles import failed_between, refusals_of
from mailer.delivery.trying import Trial, Trouble, try_out
from mailer.delivery.watching import Figures, figures
from mailer.delivery.wire import Heard, News, Outgoing
from mailer.delivery.worker import Sender

__all__ = [
    "PLAIN_MANNER",
    "SEEN_AS",
    "Answer",
    "Composer",
    "Delivery",
    "DeliveryId",
    "DeliveryState",
    "Figures",
    "Heard",
    "Manner",
    "News",
    "Outgoing",
    "Preview",
    "Recipient",
    "Reply",
    "Route",
    "Sender",
    "Standing",
    "Tally",
    "Transport",
    "Trial",
    "Trouble",
    "answers",
    "closed_route",
    "count_held",
    "counts_by_state",
    "counts_of_several",
    "drop_waiting",
    "failed_between",
    "figures",
    "finish_mailings",
    "mailings_going_out",
    "mark_returned",
    "open_account_notice",
    "open_letters",
    "open_mailings",
    "open_notices",
    "open_seat_letters",
    "open_sign_in_links",
    "open_test_copy",
    "page_of_recipients",
    "preview",
    "refusals_of",
    "retry",
    "settle_held",
    "specimen",
    "specimen_of_mailing",
    "standing",
    "try_out",
    "undeliverable_seats",
]
