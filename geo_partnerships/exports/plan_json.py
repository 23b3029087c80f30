"""The plan as one JSON document: what the pages say, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import PartnershipView, View


def write_plan_json(view: View, path: Path) -> Path:
    """Write ``plan.json``; distances in metres, coordinates left to ``plan.geojson``."""
    path.write_text(json.dumps(_document(view), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _document(view: View) -> dict[str, Any]:
    return {
        "authority": view.authority,
        "title": view.title,
        "scenario": view.scenario,
        "status": view.status,
        "audience": str(view.audience),
        "survey_note": view.survey_note,
        "data_date": view.data_date,
        "seed": view.seed,
        "digest": view.digest,
        **({"inputs_digest": view.inputs_digest} if view.inputs_digest else {}),
        "summary": view.summary,
        "figures": dict(view.figures),
        "parameters": dict(view.parameters),
        "partnerships": [_partnership(p) for p in view.partnerships],
        "uncovered": [{"urn": s.urn, "name": s.name, "reason": s.uncovered} for s in view.uncovered],
        "checks": [{"name": c.name, "holds": c.holds, "message": c.message} for c in view.checks],
    }


def _partnership(view: PartnershipView) -> dict[str, Any]:
    return {
        "number": view.number,
        "name": view.name,
        "type": str(view.type),
        "status": view.status,
        "strand": view.strand,
        "centre": view.centre,
        "size": view.size,
        "lead": view.lead_urn,
        "form": view.form,
        "board": view.board,
        "roles": [{"role": role, "school": school} for role, school in view.roles],
        "since": view.since,
        "groups": [
            {"name": one.name, "type": str(one.type), "since": one.since, "schools": list(one.schools)}
            for one in view.groups
        ],
        "leaders": list(view.leaders),
        "districts": list(view.districts),
        **({} if view.pieces is None else {"pieces": view.pieces}),
        "members": [{"urn": m.urn, "role": str(m.role), "distance_m": m.distance_m} for m in view.members],
        "unnamed": [{"text": u.text, "count": u.count, "place": u.place} for u in view.unnamed],
    }
