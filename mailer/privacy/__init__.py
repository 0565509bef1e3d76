"""Everything we hold about a person: showing it, forgetting it."""

from mailer.privacy.forgetting import erase, forget_due
from mailer.privacy.showing import everything_about

__all__ = ["erase", "everything_about", "forget_due"]
