"""What a finding says to a person, and what she can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.checkup.findings import Finding
from mailer.core.i18n import Translator

Words = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """A finding in words."""

    area: str
    level: str
    code: str
    sentence: str
    advice: str
    """Empty where there is nothing to do."""


def told(finding: Finding, speak: Translator) -> Told:
    sentence, to_do = _words(speak).get(finding.code) or _of_relay(finding, speak)
    facts: Mapping[str, object] = finding.facts
    return Told(
        _areas(speak)[finding.area], finding.level.value, finding.code, sentence % facts, to_do % facts
    )


def _areas(speak: Translator) -> dict[str, str]:
    _ = speak.gettext
    return {
        "configuration": _("Settings"),
        "database": _("Database"),
        "files": _("Files"),
        "worker": _("Worker"),
        "relay": _("Relay"),
        "returns": _("Returned mail"),
        "sender": _("Sender"),
        "clock": _("Clock"),
    }


def _of_relay(finding: Finding, speak: Translator) -> Words:
    """What keeps letters from leaving has its sentence already: the one the log and the mailing show."""
    sentence = speak.say(finding.code, finding.facts).replace("%", "%%")
    return sentence, speak.gettext("Mend the settings it names, start the worker anew, and look again.")


def _words(speak: Translator) -> dict[str, Words]:
    return {
        **_of_house(speak),
        **_of_database(speak),
        **_of_road(speak),
        **_of_returned_mail(speak),
        **_of_sender(speak),
    }


def _of_house(speak: Translator) -> dict[str, Words]:
    _ = speak.gettext
    return {
        "https": (_("Links in mails begin with %(url)s."), ""),
        "development": (
            _("This house runs for trying out (ENVIRONMENT=development)."),
            _("Set ENVIRONMENT=production and BASE_URL before real people sign up."),
        ),
        "no_https": (
            _("Links in mails begin with %(url)s, which is not https."),
            _(
                "Set BASE_URL to the public https address: without it mails offer no one-click unsubscribing, "
                "and large providers refuse them."
            ),
        ),
        "no_proxies": (
            _("No reverse proxy is trusted (TRUSTED_PROXIES=0)."),
            _(
                "If a proxy speaks https for us, set TRUSTED_PROXIES=1: else all visitors seem to be one, "
                "and limits hit everybody."
            ),
        ),
        "never_seen": (
            _("No worker has ever run on this database."),
            _("Start “flask worker” as a service: without it no mail leaves."),
        ),
        "silent": (
            _("No worker was seen for %(minutes)s minutes."),
            _("Start “flask worker” again and look into its log."),
        ),
        "at_work": (_("A worker is at work."), ""),
        "clocks_agree": (_("The machine’s clock and the database’s agree."), ""),
        "clocks_apart": (
            _("The machine’s clock and the database’s are %(seconds)s seconds apart."),
            _("Let both machines take their time from a time server (NTP): reminders leave by the clock."),
        ),
    }


def _of_database(speak: Translator) -> dict[str, Words]:
    _ = speak.gettext
    return {
        "database_away": (
            _("The database does not answer: %(cause)s"),
            _("Check DATABASE_URL and whether the server runs."),
        ),
        "not_migrated": (
            _("The database is at migration %(at)s, this version needs %(newest)s."),
            _("Run “flask db upgrade”."),
        ),
        "database_current": (_("The database answers and is at the newest migration, %(at)s."), ""),
        "little_room": (
            _("Only %(megabytes)s MB are free where the database lies."),
            _("Make room: a full disk stops sign-ups and mails."),
        ),
        "folder_closed": (
            _("The folder %(folder)s for pictures and documents cannot be written."),
            _("Let the web server’s account write there, or set MEDIA_DIR to another folder."),
        ),
        "files_lost": (
            _("Pictures or documents that the database tells of are not in %(folder)s: %(count)s."),
            _("Check MEDIA_DIR, and bring the folder back from the backup that belongs to the database."),
        ),
        "files_there": (
            _("All pictures and documents are in their folder; there are %(count)s."),
            "",
        ),
    }


def _of_road(speak: Translator) -> dict[str, Words]:
    _ = speak.gettext
    return {
        "road_closed": (
            _("The worker could not hand over mail lately: %(cause)s"),
            _(
                "Nothing is lost: it tries again by itself every few minutes. The line about the relay says more."
            ),
        ),
        "lets_us_in": (_("The relay %(relay)s lets us in."), ""),
        "relay_silent": (
            _("The relay %(relay)s said nothing that helps within %(seconds)s seconds."),
            _("Check MAIL_SERVER and MAIL_PORT, and whether a firewall stands between."),
        ),
        "relay_secure": (_("The way to the relay is encrypted and its certificate is good."), ""),
        "certificate_ends": (
            _("The relay’s certificate ends in %(days)s days."),
            _("Ask whoever runs the relay to renew it: afterwards no mail leaves."),
        ),
        "relay_in_clear": (
            _("Mail goes to the relay without encryption."),
            _("Set MAIL_USE_TLS=1 (usually port 587) or MAIL_USE_SSL=1 (port 465)."),
        ),
    }


def _of_returned_mail(speak: Translator) -> dict[str, Words]:
    _ = speak.gettext
    return {
        "postbox_opens": (
            _("The mailbox of returned mail lets us in; messages that wait there: %(count)s."),
            "",
        ),
        "postbox_closed": (
            _("The worker could not read the mailbox of returned mail lately: %(cause)s"),
            _("Check BOUNCE_IMAP_URL. Nothing is lost: what comes back waits there."),
        ),
        "postbox_unread": (
            _("Returned messages that the program does not understand: %(count)s."),
            _("Read them in the folder “unread” of that mailbox, and delete there what is dealt with."),
        ),
    }


def _of_sender(speak: Translator) -> dict[str, Words]:
    _ = speak.gettext
    return {
        "reserved_domain": (
            _("%(domain)s is a domain for examples; nobody can receive mail from it."),
            _("Use an address of your own as the sender of the series and in MAIL_DEFAULT_SENDER."),
        ),
        "dns_silent": (
            _("What the world is told about %(domain)s could not be looked up (%(cause)s)."),
            _("Check the machine’s name servers, then look again."),
        ),
        "some_silent": (
            _("%(count)s questions got no answer in time."),
            _("Check the machine’s network, then look again."),
        ),
        "spf": (_("%(domain)s says who may send for it (SPF)."), ""),
        "no_spf": (
            _("%(domain)s does not say who may send for it: it has no SPF record."),
            _(
                "Publish a TXT record such as “v=spf1 include:YOUR-RELAY -all”; your relay tells its own words."
            ),
        ),
        "two_spf": (
            _("%(domain)s has more than one SPF record; receivers then heed none."),
            _("Join them into one."),
        ),
        "spf_lets_all": (
            _("%(domain)s lets everybody send for it: its SPF record ends in “all” without a minus."),
            _("End it with “-all” or “~all”."),
        ),
        "dmarc": (_("%(domain)s has a DMARC policy: %(policy)s."), ""),
        "no_dmarc": (
            _("%(domain)s has no DMARC record."),
            _("Publish a TXT record “v=DMARC1; p=none” at _dmarc.%(domain)s; large providers ask for it."),
        ),
        "dkim": (_("%(domain)s publishes a DKIM key under “%(selector)s”."), ""),
        "no_dkim": (
            _("%(domain)s publishes no DKIM key under “%(selector)s”."),
            _("Let your relay sign, publish its key, or mend DKIM_SELECTOR."),
        ),
        "dkim_not_found": (
            _("No DKIM key of %(domain)s was found under the usual names."),
            _(
                "If your relay signs under another name, say it with DKIM_SELECTOR; if it does not sign, let it."
            ),
        ),
    }
