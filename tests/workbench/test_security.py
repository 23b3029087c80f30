"""Who may talk to the desk: nobody without the link, nobody from elsewhere, nothing malformed or oversized."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.workbench.conftest import Client

pytestmark = pytest.mark.xdist_group("workbench")
MOVE = {"action": "comment", "reason": "x", "by": "x", "seen": 1}


def raw(port: int, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/api/desk"), ("GET", "/assets/workbench.js"), ("GET", "/compared"), ("POST", "/api/decide"),
     ("POST", "/api/upload/survey?ending=.csv"), ("GET", "/templates/survey.csv"), ("GET", "/nothing")],
)  # fmt: skip
def test_without_the_link_nothing_is_shown_or_done(shared, client, method, path) -> None:
    for cookie in ("", f"geo-partnerships-{shared.port}=guess"):
        headers = {"Host": f"127.0.0.1:{shared.port}", "Cookie": cookie, "Origin": shared.base}
        assert raw(shared.port, method, path, headers).status == 403


def test_a_link_opens_once(shared) -> None:
    used = shared.links[-1]
    shared.client()
    with pytest.raises(urllib.error.HTTPError) as refused:
        Client(shared.base).enter(used)
    refused.value.close()
    assert refused.value.code == 403
    with pytest.raises(urllib.error.HTTPError) as guessed:
        Client(shared.base).enter(f"{shared.base}/?key=guess")
    guessed.value.close()
    shared.client()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "evil.example:{port}", "127.0.0.1.evil.example:{port}", ""]
)
def test_a_foreign_host_is_refused(shared, client, host) -> None:
    named = host.format(port=shared.port)
    assert raw(shared.port, "GET", "/", {"Host": named, "Cookie": cookie_of(client)}).status in {400, 403}
    link = shared.links[-1].removeprefix(shared.base)
    assert raw(shared.port, "GET", link, {"Host": named}).status in {400, 403}


def cookie_of(client: Client) -> str:
    jar = next(h.cookiejar for h in client.opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "http://127.0.0.1:1"},
        {"X_CSRF_Token": "forged"},
        {"X_CSRF_Token": None},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_forged_requests_are_refused_and_decide_nothing(client, headers) -> None:
    before = client.desk()["n"]
    assert client.send("/api/decide", MOVE | {"seen": before}, **headers)[0] == 403
    assert client.send("/api/upload/survey?ending=.csv&seen=1", b"x", **headers)[0] == 403
    assert client.desk()["n"] == before


def test_a_token_of_another_session_is_refused(shared, client) -> None:
    other = shared.client()
    assert client.send("/api/decide", MOVE, X_CSRF_Token=other.token)[0] == 403


def test_reading_from_another_site_is_refused(client) -> None:
    assert client.send("/api/desk", Sec_Fetch_Site="cross-site")[0] == 403


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", {"Content_Type": "application/json"}),
        (b"[1]", {"Content_Type": "application/json"}),
        (b"\xff\xfe", {"Content_Type": "application/json"}),
        (b"{}", {"Content_Type": "text/plain"}),
        (b"action=undo", {"Content_Type": "application/x-www-form-urlencoded"}),
        (b'{"action": "undo", "seen": "1"}', {"Content_Type": "application/json"}),
        (b'{"action": "rerun", "seen": 1}', {"Content_Type": "application/json"}),
        (b'{"action": ["undo"], "seen": 1}', {"Content_Type": "application/json"}),
        (b'{"action": "comment", "reason": 3, "seen": 1}', {"Content_Type": "application/json"}),
        (b"[" * 50_000, {"Content_Type": "application/json"}),
        (b'{"action": "comment", "reason": "' + b"x" * 3_000 + b'", "seen": 1}', {"Content_Type": "application/json"}),
    ],
)
def test_malformed_requests_are_refused_in_words(client, body, headers) -> None:
    status, answer = client.send("/api/decide", body, **headers)
    assert status in {400, 403, 413, 422}
    assert isinstance(answer["error"], str)
    assert "Traceback" not in str(answer)


def test_too_large_a_body_is_refused(shared, client) -> None:
    status, answer = client.send("/api/upload/survey?ending=.csv&seen=1", b"x" * 5_050_000)
    assert (status, "5 MB" in str(answer)) == (413, True)
    headers = {"Host": f"127.0.0.1:{shared.port}", "Content-Length": str(10**12), "Cookie": cookie_of(client)}
    assert raw(shared.port, "POST", "/api/upload/survey?ending=.csv", headers).status == 413


def test_paths_lead_nowhere_else(client) -> None:
    for path in ("/assets/../app.py", "/assets/..%2fapp.py", "/assets/app.py", "/templates/..%2f..%2fetc%2fpasswd",
                 "/templates/names.py", "/compared/../../etc/passwd"):  # fmt: skip
        assert client.send(path)[0] == 404


def test_every_answer_carries_the_policy(shared, client) -> None:
    for path in ("/", "/api/desk", "/nothing"):
        answer = raw(shared.port, "GET", path, {"Host": f"127.0.0.1:{shared.port}", "Cookie": cookie_of(client)})
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_cookie_is_for_the_browser_alone(shared) -> None:
    link = shared.links[-1]
    answer = raw(shared.port, "GET", link.removeprefix(shared.base), {"Host": f"127.0.0.1:{shared.port}"})
    shared.links.append(shared.link())
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_only_this_machine_is_listened_to(shared) -> None:
    listening = "0A"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    rows += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    mine = [row[1] for row in rows if row[3] == listening and int(row[1][-4:], 16) == shared.port]
    addresses = {place.rsplit(":", 1)[0] for place in mine}
    assert addresses == {"0100007F"}  # 127.0.0.1, as the kernel writes it


def test_a_second_program_on_the_same_desk_is_refused(shared, capsys) -> None:
    from geo_partnerships.cli import main

    arguments = ["serve", "village", "--data", str(shared.data), "--workspace", str(shared.workspace)]
    assert main(arguments) == 2
    assert "Another" in capsys.readouterr().err
