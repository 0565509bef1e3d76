"""A real name server on loopback that knows a few texts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def a_name_server(texts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """``host:port`` of a server that answers TXT questions with these texts, by name without a final dot."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        threading.Thread(target=_serve, args=(server, texts), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _serve(server: socket.socket, texts: Mapping[str, Sequence[str]]) -> None:
    while True:
        try:
            asked, who = server.recvfrom(4096)
        except OSError:
            return
        server.sendto(_answer(dns.message.from_wire(asked), texts).to_wire(), who)


def _answer(asked: dns.message.Message, texts: Mapping[str, Sequence[str]]) -> dns.message.Message:
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.AA
    name = asked.question[0].name
    found = texts.get(name.to_text(omit_final_dot=True).lower())
    if found is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif found:
        quoted = ['"' + text.replace('"', '\\"') + '"' for text in found]
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
    return answer
