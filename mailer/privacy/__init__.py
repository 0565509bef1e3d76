"""Everything we hold about a person: showing it, forgetting it."""

from mailer.privacy.accounts import erase_account
from mailer.privacy.forgetting import erase, forget_due
from mailer.privacy.remembering import Moment, MomentKind, moments_of
from mailer.privacy.showing import everything_about

__all__ = ["Moment", "MomentKind", "erase", "erase_account", "everything_about", "forget_due", "moments_of"]
