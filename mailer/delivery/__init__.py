"""The ledger, and the only road to SMTP."""

from mailer.delivery.composing import Composer, specimen
from mailer.delivery.intake import (
    open_letters,
    open_mailings,
    open_notices,
    open_sign_in_links,
    open_test_copy,
)
from mailer.delivery.ledger import finish_mailings
from mailer.delivery.models import Delivery, DeliveryId, DeliveryState, Route
from mailer.delivery.progress import Answer, answers, counts_by_state, retry
from mailer.delivery.routes import closed_route
from mailer.delivery.transport import Outgoing, Transport
from mailer.delivery.worker import Sender, Tally

__all__ = [
    "Answer",
    "Composer",
    "Delivery",
    "DeliveryId",
    "DeliveryState",
    "Outgoing",
    "Route",
    "Sender",
    "Tally",
    "Transport",
    "answers",
    "closed_route",
    "counts_by_state",
    "finish_mailings",
    "open_letters",
    "open_mailings",
    "open_notices",
    "open_sign_in_links",
    "open_test_copy",
    "retry",
    "specimen",
]
