"""The fairness report as a page: filters in the address, every figure a link to its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from services.reporting.api.dashboard import HOME
from services.reporting.api.fairness import Answer, Fairness, FairnessAsked
from services.reporting.api.view import Say, page_of
from services.reporting.policy.fairness import Line, Number, Share
from services.reporting.policy.sight import sight
from services.reporting.policy.window import ZONE, written
from services.reporting.repository.reference import Reference
from shared.contracts.reference import Network
from shared.contracts.vocabulary import Channel
from shared.web.pages import Pages, language_of
from shared.web.session import Desk, form_value, keep_form_value

PATH = f"{HOME}/fairness"
MANY = ("line", "station", "channel")
HALF = 0.5
"""As many overturned ask for attention."""


class FairnessPage:
    """The page's door; who is not signed in is led to the form."""

    def __init__(self, pages: Pages, desk: Desk, fairness: Fairness, reference: Reference) -> None:
        self._pages = pages
        self._desk = desk
        self._fairness = fairness
        self._reference = reference

    def router(self) -> APIRouter:
        """The door."""
        routes = APIRouter(include_in_schema=False)
        routes.get(PATH)(self.show)
        return routes

    async def show(self, request: Request) -> Response:
        """The report, with the query of `GET /v1/fairness`."""
        staff = self._desk.who(request)
        if staff is None:
            return self._desk.to_login(request)
        language, value = language_of(request), form_value(request)

        def say(key: str, **values: object) -> str:
            return self._pages.say(key, language, **values)

        try:
            shown, status = _shown(await self._fairness.of(_asked(request), sight(staff)), say), 200
        except ValueError:  # also pydantic's
            shown, status = {"refused": True}, 422
        chosen = {name: request.query_params.get(name, "") for name in ("from", "to", *MANY)}
        answer = self._pages.answer(
            request,
            "fairness.html",
            status,
            staff=staff,
            form=value,
            home=HOME,
            path=PATH,
            network=await self._reference.network() or Network(version=1, lines=(), stations=()),
            channels=[channel.value for channel in Channel],
            chosen={**chosen, **shown.pop("days", {})},
            **{"refused": False, "tables": [], **shown},
        )
        keep_form_value(request, answer, value)
        return answer


def _asked(request: Request) -> FairnessAsked:
    """The query as the API takes it; an empty field narrows nothing, and the choice of language is the page's own."""
    query = request.query_params
    given: dict[str, Any] = {}
    for name in query:
        values = [value for value in query.getlist(name) if value]
        if name != "lang" and values:
            given[name] = values if name in MANY else values[0]
    return FairnessAsked.model_validate(given)


def _shown(answer: Answer, say: Say) -> dict[str, Any]:
    report = answer.report
    named: Mapping[str, Sequence[Line]] = {
        "reason": report.by_reason,
        "station": report.by_station,
        "channel": report.by_channel,
    }
    return {
        "as_of": answer.as_of.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        "days": {"from": written(answer.window.start), "to": written(answer.window.end)},
        "total": _row(report.total, say("fair.total"), say),
        "tables": [(by, [_row(line, _name(by, line.key, say), say) for line in lines]) for by, lines in named.items()],
    }


def _name(by: str, key: str | None, say: Say) -> str:
    if by == "station":
        return key or say("case.nowhere")
    name = say(f"{by}.{key}")
    return f"{key} {name}" if by == "reason" else name


def _row(line: Line, name: str, say: Say) -> dict[str, Any]:
    share = line.overturned_rate
    often = share.value is not None and share.value >= HALF and not share.few
    return {
        "name": name,
        **{field: _number(getattr(line, field)) for field in ("complaints", "proposed", "pending")},
        **{field: _number(getattr(line, field)) for field in ("confirmed", "overturned")},
        "proposed_rate": _share(line.proposed_rate, "fair.no_complaints", say),
        "overturned_rate": {**_share(share, "fair.undecided", say), "often": often},
    }


def _number(number: Number) -> dict[str, Any]:
    return {"value": f"{number.value:,}", "rows": page_of(number.rows)}


def _share(share: Share, nothing: str, say: Say) -> dict[str, Any]:
    if share.value is None:
        return {"value": "–", "note": say(nothing), "few": False}
    note = say("fair.of", numerator=f"{share.numerator.value:,}", denominator=f"{share.denominator.value:,}")
    return {"value": f"{share.value:.1%}", "note": note, "few": share.few}
