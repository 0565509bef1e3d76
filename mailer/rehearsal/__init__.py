"""The same steps on a simulated clock, in a copy."""

from mailer.rehearsal.playing import Played, Script, Sent, rehearse, script_of, write_mbox

__all__ = ["Played", "Script", "Sent", "rehearse", "script_of", "write_mbox"]
