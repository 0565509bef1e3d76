"""An event as iCalendar: the entry in a mail, and the feed."""

from mailer.calendar.personal import Guest, personal_entry
from mailer.calendar.publishing import Method, NoDate, feed, invitation

__all__ = ["Guest", "Method", "NoDate", "feed", "invitation", "personal_entry"]
