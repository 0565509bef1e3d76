"""What the world is told about a sender's domain, asked of a real name server."""

from __future__ import annotations

import pytest

from mailer.checkup import Resolving
from mailer.checkup.domains import domain
from tests.support.names import a_name_server

GOOD = {
    "wandel.net": ["v=spf1 include:relay.net -all", "something else"],
    "_dmarc.wandel.net": ["v=DMARC1; p=quarantine; rua=mailto:d@wandel.net"],
    "mail._domainkey.wandel.net": ["v=DKIM1; k=rsa; p=MIGfMA0"],
}


def codes(texts: dict[str, list[str]], name: str = "wandel.net", selector: str = "") -> list[str]:
    with a_name_server(texts) as server:
        return [finding.code for finding in domain(name, Resolving(server, selector))]


def test_domain_that_has_all_is_good() -> None:
    assert codes(GOOD) == ["spf", "dmarc", "dkim"]


def test_domain_nobody_knows_lacks_everything() -> None:
    assert codes({}) == ["no_spf", "no_dmarc", "dkim_not_found"]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"wandel.net": ["v=spf1 -all", "v=spf1 +all"]}, "two_spf"),
        ({"wandel.net": ["v=spf1 +all"]}, "spf_lets_all"),
        ({"wandel.net": []}, "no_spf"),
        ({"wandel.net": ["v=spf10 -all"]}, "no_spf"),
    ],
)
def test_spf_is_read_as_receivers_read_it(texts: dict[str, list[str]], code: str) -> None:
    assert codes(texts)[0] == code


def test_policy_of_the_domain_above_counts_for_the_one_below() -> None:
    texts = {"_dmarc.wandel.net": ["v=DMARC1; p=none"]}

    assert codes(texts, "mail.wandel.net")[1] == "dmarc"


def test_selector_that_was_named_must_be_there() -> None:
    assert codes(GOOD, selector="mail")[2] == "dkim"
    assert codes(GOOD, selector="other")[2] == "no_dkim"


def test_key_that_was_withdrawn_is_none() -> None:
    """An empty p= says that the key is revoked (RFC 6376 section 3.6.1)."""
    assert codes(GOOD | {"mail._domainkey.wandel.net": ["v=DKIM1; p="]})[2] == "dkim_not_found"


def test_name_server_that_is_silent_is_one_finding() -> None:
    found = list(domain("wandel.net", Resolving("127.0.0.1:9", seconds=0.3)))

    assert [finding.code for finding in found] == ["dns_silent"]


def test_domains_for_examples_are_not_asked_about() -> None:
    assert codes(GOOD, "mail.example.org") == ["reserved_domain"]
    assert codes(GOOD, "wandel.test") == ["reserved_domain"]
