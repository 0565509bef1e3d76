"""What the world is told about the domains we send from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.resolver

from mailer.checkup.findings import Finding, advice, good, mend

USUAL_SELECTORS = ("mail", "default", "dkim", "selector1", "selector2", "google", "s1", "s2", "k1", "key1")
"""Names under which relays and providers like to publish their key; a selector cannot be asked for."""

RESERVED = ("localhost", "test", "invalid", "example", "example.org", "example.com", "example.net")
"""Domains that nobody can send from (RFC 2606): asking about them tells nothing."""


@dataclass(frozen=True)
class Resolving:
    """How names are looked up."""

    server: str = ""
    """``host:port`` of a name server; empty for the machine's own."""
    selector: str = ""
    """The DKIM selector of the relay; empty to try the usual ones."""
    seconds: float = 3.0
    """How long one question may take."""


def domain(name: str, how: Resolving) -> Iterator[Finding]:
    """How a sender's domain stands. A name server that does not answer is one finding, not many."""
    if any(f".{name}".endswith(f".{reserved}") for reserved in RESERVED):
        yield advice("sender", "reserved_domain", domain=name)
        return
    try:
        yield _spf(name, how)
        yield _dmarc(name, how)
        yield _dkim(name, how)
    except dns.exception.DNSException as problem:
        yield advice("sender", "dns_silent", domain=name, cause=type(problem).__name__)


def _spf(name: str, how: Resolving) -> Finding:
    found = [text for text in _texts(name, how) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return mend("sender", "no_spf", domain=name)
    if len(found) > 1:  # RFC 7208 section 3.2: more than one is as good as a mistake
        return mend("sender", "two_spf", domain=name)
    if found[0].split()[-1].lower() in ("+all", "all"):
        return advice("sender", "spf_lets_all", domain=name)
    return good("sender", "spf", domain=name)


def _dmarc(name: str, how: Resolving) -> Finding:
    """The domain's own word, else that of the one above it (RFC 7489 section 6.6.3, without a public suffix list)."""
    for asked in (name, ".".join(name.split(".")[-2:])):
        for text in _texts(f"_dmarc.{asked}", how):
            if text.lower().startswith("v=dmarc1"):
                tags = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
                return good("sender", "dmarc", domain=name, policy=tags.get("p", "none"))
    return mend("sender", "no_dmarc", domain=name)


def _dkim(name: str, how: Resolving) -> Finding:
    selectors = (how.selector,) if how.selector else USUAL_SELECTORS
    for selector in selectors:
        for text in _texts(f"{selector}._domainkey.{name}", how):
            if "p=" in text:
                tags = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
                if tags.get("p", "").strip():
                    return good("sender", "dkim", domain=name, selector=selector)
    if how.selector:
        return mend("sender", "no_dkim", domain=name, selector=how.selector)
    return advice("sender", "dkim_not_found", domain=name)


def _texts(name: str, how: Resolving) -> list[str]:
    """The TXT records of a name; none where the name or the kind is not there."""
    try:
        answer = _resolver(how).resolve(name, "TXT", lifetime=how.seconds)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver(how: Resolving) -> dns.resolver.Resolver:
    if not how.server:
        return dns.resolver.Resolver()
    host, _, port = how.server.rpartition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port)
    return resolver
