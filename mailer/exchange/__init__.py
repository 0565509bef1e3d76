"""A series as a file, in and out; its subscribers as a list."""

from mailer.exchange.composing import compose, export_series
from mailer.exchange.editing import (
    MOST_ROWS,
    BadEventForm,
    create_event,
    delete_event,
    edit_event,
    entry_of,
    move_event,
    read_event_form,
)
from mailer.exchange.entries import DEFAULT_RULES, EventEntry, RuleEntry, SeriesFile
from mailer.exchange.importing import ImportReport, import_series
from mailer.exchange.parsing import parse_series
from mailer.exchange.problems import (
    BadSeriesFile,
    BadSubscriberFile,
    MovedTooFar,
    NoEvidence,
    NothingToMove,
    Problem,
)
from mailer.exchange.subscriber_exporting import export_subscribers
from mailer.exchange.subscriber_importing import Rejected, SubscriberReport, import_subscribers

__all__ = [
    "DEFAULT_RULES",
    "MOST_ROWS",
    "BadEventForm",
    "BadSeriesFile",
    "BadSubscriberFile",
    "EventEntry",
    "ImportReport",
    "MovedTooFar",
    "NoEvidence",
    "NothingToMove",
    "Problem",
    "Rejected",
    "RuleEntry",
    "SeriesFile",
    "SubscriberReport",
    "compose",
    "create_event",
    "delete_event",
    "edit_event",
    "entry_of",
    "export_series",
    "export_subscribers",
    "import_series",
    "import_subscribers",
    "move_event",
    "parse_series",
    "read_event_form",
]
