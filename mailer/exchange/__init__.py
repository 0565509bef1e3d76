"""A series as a file, in and out; its subscribers as a list."""

from mailer.exchange.cells import line_of
from mailer.exchange.composing import compose, export_series
from mailer.exchange.copying import Copy, copy_series, plan_copy
from mailer.exchange.creating import create_series, in_order, read_new_series
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
from mailer.exchange.event_parsing import MOST_SEATS
from mailer.exchange.importing import ImportReport, import_series
from mailer.exchange.languages_editing import (
    LanguageNeeded,
    change_languages,
    check_languages,
    count_texts,
)
from mailer.exchange.models import HeldList
from mailer.exchange.moving import Shift
from mailer.exchange.parsing import parse_series
from mailer.exchange.problems import (
    BadSeriesFile,
    BadSubscriberFile,
    DatesTooFar,
    EventWasPublished,
    MovedTooFar,
    NoEvidence,
    NothingToMove,
    Problem,
    SeriesWasPublished,
)
from mailer.exchange.question_editing import edit_questions, questions_entered, read_questions_form
from mailer.exchange.registration_exporting import export_registrations
from mailer.exchange.rule_editing import edit_rules, proposed_rules, read_rules_form, rules_entered
from mailer.exchange.settings_editing import TEXTS, edit_settings, read_settings_form, settings_of
from mailer.exchange.subscriber_exporting import export_subscribers
from mailer.exchange.subscriber_holding import (
    HELD_FOR,
    ListGone,
    forget_lists,
    get_held,
    hold_list,
    let_go,
)
from mailer.exchange.subscriber_importing import (
    LONGEST_EVIDENCE,
    Accepted,
    SubscriberReport,
    import_subscribers,
    judge_list,
    parse_evidence,
    take_list,
)
from mailer.exchange.subscriber_reading import LARGEST, MOST_LINES
from mailer.exchange.subscriber_understanding import Rejected, Understood, understand_list
from mailer.exchange.values import LONGEST_LINE

__all__ = [
    "DEFAULT_RULES",
    "HELD_FOR",
    "LARGEST",
    "LONGEST_EVIDENCE",
    "LONGEST_LINE",
    "MOST_LINES",
    "MOST_ROWS",
    "MOST_SEATS",
    "TEXTS",
    "Accepted",
    "BadEventForm",
    "BadSeriesFile",
    "BadSubscriberFile",
    "Copy",
    "DatesTooFar",
    "EventEntry",
    "EventWasPublished",
    "HeldList",
    "ImportReport",
    "LanguageNeeded",
    "ListGone",
    "MovedTooFar",
    "NoEvidence",
    "NothingToMove",
    "Problem",
    "Rejected",
    "RuleEntry",
    "SeriesFile",
    "SeriesWasPublished",
    "Shift",
    "SubscriberReport",
    "Understood",
    "change_languages",
    "check_languages",
    "compose",
    "copy_series",
    "count_texts",
    "create_event",
    "create_series",
    "delete_event",
    "edit_event",
    "edit_questions",
    "edit_rules",
    "edit_settings",
    "entry_of",
    "export_registrations",
    "export_series",
    "export_subscribers",
    "forget_lists",
    "get_held",
    "hold_list",
    "import_series",
    "import_subscribers",
    "in_order",
    "judge_list",
    "let_go",
    "line_of",
    "move_event",
    "parse_evidence",
    "parse_series",
    "plan_copy",
    "proposed_rules",
    "questions_entered",
    "read_event_form",
    "read_new_series",
    "read_questions_form",
    "read_rules_form",
    "read_settings_form",
    "rules_entered",
    "settings_of",
    "take_list",
    "understand_list",
]
