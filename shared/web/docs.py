"""`/docs`: the OpenAPI document as a page, without another host."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from shared.contracts.vocabulary import Language
from shared.web.pages import STATIC, TEMPLATES, Assets, Pages

TEXTS = {
    "docs.title": {Language.ZH: "接口文档", Language.EN: "API documentation"},
    "docs.loading": {Language.ZH: "正在载入接口文档……", Language.EN: "Loading the API documentation…"},
}


def add_docs(app: FastAPI) -> None:
    """Serve `/docs` and the shared static files."""
    pages = Pages(TEMPLATES, STATIC, TEXTS)
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return pages.answer(request, "docs.html", service=app.title)

    app.include_router(router)
    app.mount("/static", Assets(directory=STATIC), name="static")
