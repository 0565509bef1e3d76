"""A connection that never waits: it connects, secures, sends and receives as far as it goes."""

from __future__ import annotations

import os
import socket
import ssl

from mailer.delivery.greeting import Relay


class Connection:
    """Bytes to and from the relay, over the first of its addresses that takes them."""

    def __init__(self, relay: Relay) -> None:
        """Begins to connect. Raises OSError when no socket can be had."""
        self._relay = relay
        self._addresses = list(relay.addresses)
        self._unsent = b""
        self._connecting = True
        self._shakes_hands = self._shake_writes = False
        self.socket = self._dial()

    @property
    def wants_to_write(self) -> bool:
        return self._connecting or self._shake_writes or (bool(self._unsent) and not self._shakes_hands)

    def secure(self) -> None:
        """From here on everything goes through TLS, and only to who can prove to be the relay."""
        self.socket = self._relay.context.wrap_socket(
            self.socket, server_hostname=self._relay.server, do_handshake_on_connect=False
        )
        self._shakes_hands = True

    def send(self, *pieces: bytes) -> None:
        """Send what goes now and keep the rest for later. Raises OSError."""
        if self._unsent or self._connecting or self._shakes_hands:
            pieces = (self._unsent, *pieces)
        if self._connecting or self._shakes_hands:
            self._unsent = b"".join(pieces)
            return
        try:
            sent = self._send_some(pieces)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            sent = 0
        if sent < sum(map(len, pieces)):
            self._unsent = b"".join(pieces)[sent:]
        else:
            self._unsent = b""

    def _send_some(self, pieces: tuple[bytes, ...]) -> int:
        if isinstance(self.socket, ssl.SSLSocket):
            return self.socket.send(b"".join(pieces))
        return self.socket.sendmsg(pieces)

    def received(self) -> bytes:
        """What came in; empty when there is nothing yet. Goes on with connecting and sending too.

        Raises OSError when the connection cannot be made or is over, SSLError.
        """
        if self._connecting and not self._connected():
            return b""
        if self._shakes_hands and not self._shaken():
            return b""
        if self._unsent:
            self.send()
        try:
            came = self.socket.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        if not came:
            raise ConnectionResetError("the relay hung up")
        return came

    def dials_next(self) -> bool:
        """Turn to the next address, if we are not through yet and there is one."""
        if not self._connecting or not self._addresses:
            return False
        self.socket.close()
        self.socket = self._dial()
        return True

    def close(self) -> None:
        self.socket.close()

    def _dial(self) -> socket.socket:
        """Begin to connect to the next address."""
        family, kind, protocol, _, address = self._addresses.pop(0)
        dialled = socket.socket(family, kind, protocol)
        dialled.setblocking(False)
        dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        dialled.connect_ex(address)
        return dialled

    def _connected(self) -> bool:
        error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error and self.dials_next():
            return False
        if error:
            raise OSError(error, os.strerror(error))
        self._connecting = False
        if self._relay.use_ssl:
            self.secure()
        return True

    def _shaken(self) -> bool:
        self._shake_writes = False
        try:
            self.socket.do_handshake()  # type: ignore[attr-defined]
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLWantWriteError:
            self._shake_writes = True
            return False
        self._shakes_hands = False
        return True
