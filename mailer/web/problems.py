"""What a program reads when something did not work (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, make_response, request

PROBLEM = "application/problem+json"


def is_for_programs() -> bool:
    """Whether a program asked and no person reads the answer."""
    return request.path.startswith("/api/")


def tell_problem(
    status: int, title: str, detail: str, *, code: str = "", errors: Mapping[str, str] | None = None
) -> Response:
    """``errors`` holds one sentence for each member of what was sent that must be mended."""
    told: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if code:
        told["code"] = code
    if errors:
        told["errors"] = [{"pointer": f"#/{name}", "detail": text} for name, text in errors.items()]
    answer = make_response(json.dumps(told, ensure_ascii=False), status)
    answer.headers["Content-Type"] = PROBLEM
    return answer
