"""Who may talk to the desk: a browser on this machine that was shown a link which opens once."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import Headers

BYTES = 32
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Guard:
    """Links, sessions and the checks on every request.

    Parameters
    ----------
    port
        Where the desk listens on 127.0.0.1.
    announce
        Called with each link that opens the desk once: on the start, and again after one was used.
    """

    port: int
    announce: Callable[[str], None]
    _key: str = ""
    _sessions: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cookie(self) -> str:
        """Name of the cookie; by port, since cookies do not know ports."""
        return f"geo-partnerships-{self.port}"

    def invite(self) -> str:
        """Make a link that opens the desk once, tell it and return it."""
        self._key = secrets.token_urlsafe(BYTES)
        link = f"http://127.0.0.1:{self.port}/?key={self._key}"
        self.announce(link)
        return link

    def admit(self, key: str) -> str | None:
        """Return a new session for a link's key; None where the key is not the one, or was used."""
        with self._lock:
            if not self._key or not _same(key, self._key):
                return None
            self._key = ""
            session = secrets.token_urlsafe(BYTES)
            self._sessions[session] = secrets.token_urlsafe(BYTES)
            self.invite()
        return session

    def csrf(self, session: str | None) -> str | None:
        """Return the session's token against forged requests; None where there is no such session."""
        found = [token for known, token in list(self._sessions.items()) if session and _same(session, known)]
        return found[0] if found else None

    def is_here(self, host: str) -> bool:
        """Return True where the request is addressed to this desk by its own name."""
        return host in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    def refusal(self, method: str, host: str, headers: Headers, session: str | None) -> str | None:
        """Return why a request within a session is refused; None where it is not."""
        token = self.csrf(session)
        if token is None:
            return "This browser has not been let in: open the link that the program shows in its window."
        if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return "Requests from other sites are refused."
        if method in SAFE_METHODS:
            return None
        if headers.get("Origin") != f"http://{host}":
            return "Requests from other sites are refused."
        if not _same(headers.get("X-CSRF-Token", ""), token):
            return "The page is older than the program: load it again."
        return None


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode("utf-8", "replace"), b.encode("utf-8", "replace"))
