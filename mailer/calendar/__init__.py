"""An event as iCalendar: the entry in a mail, and the feed."""

from mailer.calendar.publishing import Method, NoDate, feed, invitation

__all__ = ["Method", "NoDate", "feed", "invitation"]
