"""The desk over HTTP, for browsers on this machine."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, make_response, render_template, request, send_file
from werkzeug.exceptions import HTTPException

from geo_partnerships.deciding import Action, Conflict
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, UsageError
from geo_partnerships.intake.register.templates import TEMPLATES, write_templates
from geo_partnerships.pages.leaflet import leaflet_asset, own_asset
from geo_partnerships.pages.modules import joined
from geo_partnerships.pages.scatter import by_itself
from geo_partnerships.systems import refusal
from geo_partnerships.workbench.bodies import (
    LONGEST,
    body,
    decision_asked,
    parameters_given,
    said_of_names,
    seen_in,
    text_in,
    uploaded,
)
from geo_partnerships.workbench.judging import DECIDABLE
from geo_partnerships.workbench.offers import noticed_rows, proposed_object, replies_object, year_object
from geo_partnerships.workbench.payload import (
    alternative_rows,
    areas_object,
    choices_object,
    desk_object,
    ground_object,
)
from geo_partnerships.workbench.security import HEADERS, POLICY, Guard
from geo_partnerships.workbench.sheet import NeedsReason
from geo_partnerships.workbench.workspace import COMPARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.workbench.desk import Desk

MOST_BYTES = 5_000_000
TEMPLATE_NAMES = frozenset(f"{template.name}.{ending}" for template in TEMPLATES for ending in ("csv", "xlsx"))


def now() -> str:
    """Return the time a decision is taken, to the second, with its offset."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def make_app(desk: Desk, guard: Guard, *, clock: Callable[[], str] = now) -> Flask:
    """Return the application.

    Parameters
    ----------
    desk
        An open desk.
    guard
        What every request has to pass.
    clock
        Gives the time that decisions carry.
    """
    app = Flask("geo_partnerships.workbench", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=0, PROPAGATE_EXCEPTIONS=False)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    _guarded(app, guard)
    _told(app, desk)
    _pages(app, guard)
    _files(app, desk)
    _reading(app, desk)
    _deciding(app, desk, clock)
    _choosing(app, desk, clock)
    _doing(app, desk, clock)
    _taking(app, desk, clock)
    _beginning(app, desk, clock)
    _replying(app, desk, clock)
    return app


def _guarded(app: Flask, guard: Guard) -> None:
    @app.before_request
    def check() -> Response | None:
        if not guard.is_here(request.host):
            return _error(403, "This is not the address of the workbench.")
        if request.path == "/" and "key" in request.args:
            return None
        session = request.cookies.get(guard.cookie)
        refused = guard.refusal(request.method, request.host, request.headers, session)
        return _error(403, refused) if refused else None

    @app.after_request
    def cover(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


def _told(app: Flask, desk: Desk) -> None:
    """Errors in words, for the person who can do something about them."""

    @app.errorhandler(NeedsReason)
    def needs_reason(error: NeedsReason) -> Response:
        return _error(409, str(error), breaks=list(error.breaks))

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> Response:
        return _error(409, str(error), desk=desk_object(desk))

    @app.errorhandler(BadDataError)
    def bad_data(error: BadDataError) -> Response:
        found = error.findings
        return _error(422, "The file cannot be used.", rows=noticed_rows(found), rows_in_all=len(found))

    @app.errorhandler(GeoPartnershipsError)
    def other(error: GeoPartnershipsError) -> Response:
        return _error(422, str(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        words = {
            404: "There is nothing here.",
            405: "That cannot be done here.",
            413: f"The file is larger than {MOST_BYTES // 1_000_000} MB.",
        }
        return _error(error.code or 500, words.get(error.code or 500, "The request makes no sense."))

    @app.errorhandler(OSError)
    def disk(error: OSError) -> Response:
        return _error(507, f"The disk refuses ({refusal(error)}). Nothing confirmed is lost.")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("%s: %s", type(error).__name__, error)
        return _error(500, "Something went wrong inside the program. Nothing confirmed is lost.")


def _pages(app: Flask, guard: Guard) -> None:
    @app.get("/")
    def index() -> Response:
        key = request.args.get("key")
        if key is None:
            token = guard.csrf(request.cookies.get(guard.cookie))
            return make_response(render_template("workbench.html", token=token))
        session = guard.admit(key)
        if session is None:
            return _error(403, "This link was used before. The program shows the next one in its window.")
        # A page of our own that goes on to the desk: a redirect from another site's link would lose the cookie.
        response = make_response(render_template("enter.html"))
        response.set_cookie(guard.cookie, session, httponly=True, samesite="Strict", path="/")
        return response


def _files(app: Flask, desk: Desk) -> None:
    @app.get("/assets/<name>")
    def asset(name: str) -> Response:
        text = _asset(name)
        if text is None:
            return _error(404, "There is nothing here.")
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        return Response(text, content_type=f"{kind}; charset=utf-8")

    @app.get("/templates/<name>")
    def template(name: str) -> Response:
        if name not in TEMPLATE_NAMES:
            return _error(404, "There is nothing here.")
        with tempfile.TemporaryDirectory() as folder:
            write_templates(Path(folder), [])
            held = io.BytesIO((Path(folder) / name).read_bytes())
        return send_file(held, as_attachment=True, download_name=name)

    @app.get("/names.csv")
    def confirmed() -> Response:
        return send_file(io.BytesIO(desk.proposals.names_file()), as_attachment=True, download_name="names.csv")

    @app.get("/compared")
    def compared() -> Response:
        if desk.comparing.compared is None:
            return _error(404, "Nothing has been compared yet.")
        text = (desk.folder / COMPARED / Path(desk.comparing.compared["page"]).name).read_text(encoding="utf-8")
        response = Response(text, content_type="text/html; charset=utf-8")
        # The page brings its own policy; in a sandbox it is a stranger to the desk, whatever it holds.
        response.headers["Content-Security-Policy"] = "sandbox allow-scripts; frame-ancestors 'none'"
        return response


def _reading(app: Flask, desk: Desk) -> None:
    @app.get("/api/desk")
    def whole() -> Response:
        return jsonify(desk_object(desk))

    @app.get("/api/ground")
    def ground() -> Response:
        return jsonify(ground_object(desk))

    @app.get("/api/areas")
    def areas() -> Response:
        return jsonify(areas_object(desk))

    @app.get("/api/pulse")
    def pulse() -> Response:
        job = desk.worker.job
        state, changed = desk.sheet().state, desk.changed_on_disk()
        return jsonify(n=state.latest, job=job.as_object() if job else None, changed_files=changed)

    @app.get("/api/why")
    def why() -> Response:
        number = request.args.get("partnership", "")
        if not number.isdecimal() or len(number) > 6:  # noqa: PLR2004
            raise UsageError("There is no such partnership.")
        found = desk.why(request.args.get("school", ""), int(number))
        return jsonify(alternative_rows(desk, found))

    @app.get("/api/comparable")
    def comparable() -> Response:
        return jsonify(desk.comparing.comparable())

    @app.get("/api/disclosure")
    def disclosure() -> Response:
        return jsonify(desk.publishing.disclosed)

    @app.get("/api/compared")
    def comparison() -> Response:
        return jsonify(desk.comparing.compared)


def _deciding(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    @app.post("/api/decide")
    def decide() -> Response:
        row = body()
        action = row.get("action")
        if not isinstance(action, str) or action not in DECIDABLE:
            raise UsageError("There is no such decision.")
        asked = decision_asked(Action(action), row, clock())
        desk.decide(asked)
        return jsonify(desk_object(desk))

    @app.post("/api/rerun")
    def rerun() -> Response:
        row = body()
        near = row.get("near") is True
        job = desk.rerun(parameters_given(row), text_in(row, "by") or "planner", clock(), seen_in(row), near=near)
        return jsonify(job=job.as_object())


def _choosing(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    @app.get("/api/alternatives")
    def alternatives() -> Response:
        return jsonify(choices_object(desk))

    @app.get("/api/alternatives.svg")
    def chart() -> Response:
        found = desk.alternatives.choices
        if found is None:
            return _error(404, "No alternatives have been worked out yet.")
        return Response(by_itself(found.chart), content_type="image/svg+xml; charset=utf-8")

    @app.post("/api/alternatives")
    def work_out() -> Response:
        row = body()
        return jsonify(job=desk.alternatives.work_out(text_in(row, "by") or "planner", clock()).as_object())

    @app.post("/api/open")
    def open_() -> Response:
        row = body()
        desk.alternatives.open(text_in(row, "to"), text_in(row, "by") or "planner", clock(), seen_in(row))
        return jsonify(desk_object(desk))


def _doing(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    @app.post("/api/cancel")
    def cancel() -> Response:
        body()
        cancelled = desk.worker.cancel()
        if cancelled:
            desk.proposals.leave()
        return jsonify(cancelled=cancelled)

    @app.post("/api/save")
    def save() -> Response:
        row = body()
        _, path = desk.save(text_in(row, "to"), text_in(row, "by") or "planner", clock())
        return jsonify(words=f"Saved as {path}. Run it by that name of the file.", desk=desk_object(desk))

    @app.post("/api/disclose")
    def disclose() -> Response:
        body()
        return jsonify(job=desk.publishing.disclose().as_object())

    @app.post("/api/publish")
    def publish() -> Response:
        row = body()
        audience = text_in(row, "audience")
        if audience not in {"public", "officers"}:
            raise UsageError("Publish for the public or for officers.")
        by, seen = text_in(row, "by") or "planner", text_in(row, "disclosed")
        return jsonify(job=desk.publishing.publish(audience, by, clock(), disclosed=seen).as_object())

    @app.post("/api/documents")
    def documents() -> Response:
        body()
        return jsonify(job=desk.publishing.write_documents().as_object())

    @app.post("/api/compare")
    def compare() -> Response:
        row = body()
        job = desk.comparing.start((text_in(row, "a"), text_in(row, "b")))
        return jsonify(job=job.as_object())


def _taking(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    """New data: read by the worker, shown beside those on the desk, taken when the planner says so."""

    @app.post("/api/upload/<part>")
    def upload(part: str) -> Response:
        if part == "replies":
            raise UsageError("Replies are read where replies stand.")
        return jsonify(job=desk.proposals.upload(part, *uploaded(part)).as_object())

    @app.get("/api/proposed")
    def proposed() -> Response:
        return jsonify(proposed_object(desk))

    @app.post("/api/names")
    def names() -> Response:
        row = body()
        return jsonify(job=desk.proposals.confirm_names(said_of_names(row), text_in(row, "name")).as_object())

    @app.post("/api/refresh")
    def refresh() -> Response:
        body()
        return jsonify(job=desk.proposals.look_at_disk().as_object())

    @app.post("/api/take")
    def take() -> Response:
        row = body()
        desk.proposals.accept(decision_asked(Action.UPLOAD, row, clock()), text_in(row, "name"))
        return jsonify(desk_object(desk))

    @app.post("/api/leave")
    def leave() -> Response:
        body()
        desk.proposals.leave()
        return jsonify(left=True)


def _beginning(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    """Another year: a newer list is read and planned by the worker, shown, and taken when the planner says so."""

    @app.post("/api/year/schools")
    def look() -> Response:
        return jsonify(job=desk.proposals.look_at_year(*uploaded("schools")).as_object())

    @app.get("/api/year")
    def year() -> Response:
        return jsonify(year_object(desk))

    @app.post("/api/year")
    def begin() -> Response:
        row = body()
        desk.proposals.begin_year(text_in(row, "name"), text_in(row, "by") or "planner", clock(), seen_in(row))
        return jsonify(desk_object(desk))


def _replying(app: Flask, desk: Desk, clock: Callable[[], str]) -> None:
    """Replies of a filled-in workbook: shown first, and taken when it is sent again with the number that was seen."""

    @app.post("/api/replies")
    def replies() -> Response:
        ending, content = uploaded("replies")
        new, noticed = desk.new_replies(ending, content)
        seen, by = request.args.get("seen", ""), request.args.get("by", "").strip()[: LONGEST["by"]]
        if seen.isdecimal() and len(seen) <= 10:  # noqa: PLR2004 - no number of a decision is longer
            desk.take_replies(new, by or "planner", clock(), int(seen))
            return jsonify(replies_object(new, noticed, desk_object(desk)))
        return jsonify(replies_object(new, noticed, None))


def _asset(name: str) -> str | None:
    if name in {"leaflet.js", "leaflet.css"}:
        return leaflet_asset(name)
    if name in {"map.css", "page.css"}:
        return own_asset(name)
    if name == "workbench.js":
        return joined("workbench/assets/workbench.js")
    if name == "workbench.css":
        return (files("geo_partnerships.workbench") / "assets" / name).read_text(encoding="utf-8")
    return None


def _error(status: int, words: str, **more: Any) -> Response:
    response = jsonify(error=words, **more)
    response.status_code = status
    return response
