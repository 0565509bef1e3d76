"""Mail that comes back: reports that a letter did not arrive, complaints, answers of machines, and who leaves by mail."""

from mailer.returns.judging import Verdict
from mailer.returns.mailbox import Mailbox, MailboxAway, MailboxRefusesLogin, open_mailbox
from mailer.returns.models import Postbox, ReturnedLetter
from mailer.returns.reading import Kind
from mailer.returns.sources import messages_in, messages_of
from mailer.returns.taking import Outcome, Taken, settle, take
from mailer.returns.visits import note_failure, note_visit, postbox

__all__ = [
    "Kind",
    "Mailbox",
    "MailboxAway",
    "MailboxRefusesLogin",
    "Outcome",
    "Postbox",
    "ReturnedLetter",
    "Taken",
    "Verdict",
    "messages_in",
    "messages_of",
    "note_failure",
    "note_visit",
    "open_mailbox",
    "postbox",
    "settle",
    "take",
]
