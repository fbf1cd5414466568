"""The trial page 试算: staff paste a text and see the decision with its reasons. Nothing is stored or logged."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.routing.api.trial_form import EMPTY, POINTERS, TICKS, Filled, filled
from services.routing.api.trial_view import shown
from services.routing.policy import decide
from services.routing.policy.atlas import Atlas
from services.routing.policy.place import located
from services.routing.policy.shelf import Shelf
from shared.clock import utc_now
from shared.contracts.vocabulary import Category, Channel, Language
from shared.security.tokens import Staff
from shared.web.limits import MEBIBYTE
from shared.web.pages import Pages, language_of
from shared.web.session import Desk, form_fields, form_value, is_ours, keep_form_value

HOME = "/trial"


class Trial:
    """The page's doors; who is not signed in is led to the form, and what was typed is never lost."""

    def __init__(self, pages: Pages, desk: Desk, shelf: Shelf, atlas: Atlas, dashboard: str | None) -> None:
        self._pages = pages
        self._desk = desk
        self._shelf = shelf
        self._atlas = atlas
        self._dashboard = dashboard

    def router(self) -> APIRouter:
        """The doors."""
        routes = APIRouter(include_in_schema=False)
        routes.get(HOME)(self.show)
        routes.post(HOME)(self.take)
        return routes

    async def show(self, request: Request) -> Response:
        """The empty form."""
        staff = self._desk.who(request)
        if staff is None:
            return self._desk.to_login(request)
        return self._page(request, staff, Filled(EMPTY))

    async def take(self, request: Request) -> Response:
        """The decision on what was typed, or what is wrong with it; the text stays in the form in either case."""
        given = await form_fields(request, MEBIBYTE)
        gazetteer = self._atlas.gazetteer
        form = filled(given, gazetteer.network if gazetteer else None)
        staff, edition = self._desk.who(request), self._shelf.at(utc_now())
        if staff is None:
            return self._page(request, None, form, 401, trouble="trial.signed_out")
        if not is_ours(request, given):
            return self._page(request, staff, form, 403, trouble="trial.stale")
        if form.asked is None:
            return self._page(request, staff, form, 422, trouble="trial.wrong")
        if edition is None:
            return self._page(request, staff, form, 503, trouble="trial.no_policy")
        facts = located(form.asked.facts(), gazetteer)
        language = language_of(request)

        def say(key: str, **values: object) -> str:
            return self._pages.say(key, language, **values)

        result = shown(decide(facts, edition.rulebook), facts.text, edition.pack, language, say)
        return self._page(request, staff, form, result=result)

    def _page(
        self,
        request: Request,
        staff: Staff | None,
        form: Filled,
        status: int = 200,
        *,
        trouble: str | None = None,
        result: Mapping[str, Any] | None = None,
    ) -> Response:
        language, value = language_of(request), form_value(request)
        network = self._atlas.gazetteer.network if self._atlas.gazetteer else None
        answer = self._pages.answer(
            request,
            "trial.html",
            status,
            staff=staff,
            form=value,
            home=HOME,
            dashboard=self._dashboard,
            typed=form.typed,
            ticks=TICKS,
            more=any(form.typed[name].strip() for name in ("claim", "loss", "earlier", "contacts", "claims", *TICKS)),
            wrong={name: self._wrong(form, name, language) for name in POINTERS if name in (form.wrong or {})},
            trouble=trouble,
            result=result,
            channels=[channel.value for channel in Channel],
            categories=[category.value for category in Category],
            lines=network.lines if network else (),
            stations=network.stations if network else (),
        )
        keep_form_value(request, answer, value)
        return answer

    def _wrong(self, form: Filled, name: str, language: Language) -> str:
        error = (form.wrong or {})[name]
        if error.code == "wrong_type":
            return self._pages.say("trial.not_a_number", language)
        return error.detail(language)
