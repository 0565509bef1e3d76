"""Whether everything mail needs is in order, in findings that each say what to do."""

from mailer.checkup.domains import Resolving
from mailer.checkup.examining import examine, look_at_house
from mailer.checkup.findings import Finding, Level
from mailer.checkup.wording import Told, told

__all__ = ["Finding", "Level", "Resolving", "Told", "examine", "look_at_house", "told"]
