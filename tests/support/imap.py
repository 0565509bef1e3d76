"""A small IMAP server on loopback (RFC 3501, as far as a mailbox of returned mail needs it), that can be difficult."""

from __future__ import annotations

import base64
import re
import shlex
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "returns@example.org", 'se"cret \\ %'
IN_URL = "returns%40example.org:se%22cret%20%5C%20%25"
"""Both as they stand in an address."""


@dataclass
class Folder:
    """Messages by their numbers, which are never given twice."""

    messages: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    last: int = 0

    def add(self, raw: bytes) -> int:
        self.last += 1
        self.messages[self.last] = raw
        return self.last

    def expunge(self, numbers: set[int] | None = None) -> None:
        for number in self.deleted & (set(self.messages) if numbers is None else numbers):
            del self.messages[number]
        self.deleted &= set(self.messages)


@dataclass
class Imap:
    """What the server has, and how it behaves. Change it while it runs."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder()})
    capabilities: str = "IMAP4rev1 AUTH=PLAIN UIDPLUS MOVE"
    below_inbox: bool = False
    """Whether all folders lie below the inbox, as some servers want it."""
    refuses: str = ""
    """A command it answers with NO."""
    cuts_at: str = ""
    """A command at which it hangs up, once it has done it."""
    silent: bool = False
    """Whether it lets everybody wait for ever."""
    commands: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    @property
    def url(self) -> str:
        scheme, host = ("imaps", "localhost") if self.tls else ("imap", "127.0.0.1")
        return f"{scheme}://{IN_URL}@{host}:{self.port}/INBOX"


@contextmanager
def an_imap_server(**facts: object) -> Iterator[Imap]:
    """It listens until the block ends."""
    made = Imap(**facts)  # type: ignore[arg-type]
    server = socket.create_server(("127.0.0.1", 0))
    made.port = server.getsockname()[1]
    thread = threading.Thread(target=_serve, args=(server, made), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)


def _serve(server: socket.socket, imap: Imap) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_talk, args=(connection, imap), daemon=True).start()


def _talk(connection: socket.socket, imap: Imap) -> None:
    with suppress(OSError, ValueError), connection:
        wire = imap.tls.wrap_socket(connection, server_side=True) if imap.tls else connection
        if imap.silent:
            wire.recv(1)
            return
        _Conversation(wire, imap).hold()


class _Conversation:
    def __init__(self, wire: socket.socket, imap: Imap) -> None:
        self.wire, self.imap, self.lines = wire, imap, wire.makefile("rb")
        self.selected = Folder()
        self.signed_in = False

    def hold(self) -> None:
        self._say("* OK ready")
        for line in self.lines:
            tag, _, rest = line.decode().strip().partition(" ")
            words = shlex.split(rest.replace("\\Deleted", "Deleted"))
            name = " ".join(words[:2] if words[0].upper() == "UID" else words[:1]).upper()
            self.imap.commands.append(name)
            if name == self.imap.refuses:
                self._say(f"{tag} NO not today, dear returns@example.org")
                continue
            answer = self._do(name, words[2:] if name.startswith("UID") else words[1:])
            if name == self.imap.cuts_at:
                return
            self._say(f"{tag} {answer}" if " " in answer else f"{tag} {answer} done")
            if name == "LOGOUT":
                return

    def _do(self, name: str, words: list[str]) -> str:
        done = getattr(self, "_" + name.lower().replace(" ", "_"), None)
        return done(*words) if done else "BAD what?"

    def _capability(self) -> str:
        told = self.imap.capabilities.split()
        told = told if self.signed_in else [one for one in told if one not in ("UIDPLUS", "MOVE")]
        self._say(f"* CAPABILITY {' '.join(told)}")
        return "OK"

    def _login(self, user: str, password: str) -> str:
        return self._let_in((user, password) == (USER, PASSWORD))

    def _authenticate(self, _kind: str) -> str:
        self._say("+ ")
        given = base64.b64decode(self.lines.readline()).decode().split("\0")
        return self._let_in(given == ["", USER, PASSWORD])

    def _let_in(self, is_right: bool) -> str:
        self.signed_in = is_right
        return "OK" if is_right else f"NO [AUTHENTICATIONFAILED] not you, {USER}"

    def _select(self, name: str) -> str:
        if name not in self.imap.folders:
            return "NO no such folder"
        self.selected = self.imap.folders[name]
        self._say(f"* {len(self.selected.messages)} EXISTS")
        return "OK [READ-WRITE]"

    def _uid_search(self, _what: str) -> str:
        self._say("* SEARCH " + " ".join(map(str, self.selected.messages)))
        return "OK"

    def _uid_fetch(self, number: str, what: str) -> str:
        raw = self.selected.messages.get(int(number))
        most = int(re.sub(r".*<0\.(\d+)>.*", r"\1", what))
        if raw is not None:
            part = raw[:most]
            self.wire.sendall(
                b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (number.encode(), len(part), part)
            )
        return "OK"

    def _uid_store(self, number: str, *_flags: str) -> str:
        self.selected.deleted.add(int(number))
        return "OK"

    def _uid_expunge(self, number: str) -> str:
        self.selected.expunge({int(number)})
        return "OK"

    def _expunge(self) -> str:
        self.selected.expunge()
        return "OK"

    def _uid_copy(self, number: str, folder: str) -> str:
        if folder not in self.imap.folders:
            return "NO [TRYCREATE] no such folder"
        self.imap.folders[folder].add(self.selected.messages[int(number)])
        return "OK"

    def _uid_move(self, number: str, folder: str) -> str:
        answer = self._uid_copy(number, folder)
        if answer == "OK":
            del self.selected.messages[int(number)]
        return answer

    def _status(self, folder: str, _what: str, *_more: str) -> str:
        if folder not in self.imap.folders:
            return "NO no such folder"
        self._say(f'* STATUS "{folder}" (MESSAGES {len(self.imap.folders[folder].messages)})')
        return "OK"

    def _create(self, folder: str) -> str:
        if self.imap.below_inbox and not folder.startswith("INBOX."):
            return "NO all folders lie below INBOX"
        self.imap.folders[folder] = Folder()
        return "OK"

    def _list(self, *_what: str) -> str:
        self._say('* LIST (\\Noselect) "." ""')
        return "OK"

    def _logout(self) -> str:
        self._say("* BYE")
        return "OK"

    def _say(self, line: str) -> None:
        self.wire.sendall(f"{line}\r\n".encode())
