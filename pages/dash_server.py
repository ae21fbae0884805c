"""Dash on FastAPI as this app needs it: no websocket, no surprises, callbacks off the event loop.

Dash's own FastAPI backend opens a websocket in every page (plotly/dash#3939), runs synchronous
callbacks on the event loop (one slow page stops everybody's frames), answers every unknown address
with 200, and turns a malformed callback body into a 500. Each method below replaces one of these;
`dash` is pinned exactly, because they are not all public.
"""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import dash
from dash.backends import _fastapi
from dash.exceptions import DependencyException, PreventUpdate
from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.answers import RefusedError
from pages.assets import ROOT, Assets, asset_root, plotly_links, plotly_name
from pages.auth.admission import admit
from pages.auth.declared import check_need, may, need_of_callback, requires
from pages.middleware.callback_body import check_callback_body
from pages.middleware.json_body import read_json
from pages.modules import module_links
from pages.services import Services, current_session, serving
from pages.session import Session

_REQUEST: Final[ContextVar[Any]] = _fastapi._current_request_var
LOG: Final = logging.getLogger("lodemap.web")
MODULES_HERE: Final = "<!--modules-->"
"""Where a page's HTML names the modules it needs."""
_SHAPE_ERRORS: Final = (TypeError, ValueError, KeyError, IndexError, AttributeError)


class DashServer(_fastapi.FastAPIDashServer):
    """Dash's backend on top of a FastAPI app."""

    websocket_capability = False

    @staticmethod
    def create_app(name: str = "", config: dict[str, Any] | None = None) -> FastAPI:  # noqa: ARG004
        """Return a FastAPI app without its documentation pages, which load from a CDN."""
        return FastAPI(
            openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(admit)]
        )

    def setup_backend(self, dash_app: dash.Dash) -> None:
        """Give Dash the current request on every address, not on its own ones only."""
        self.server.add_middleware(CurrentRequest, dash_app=dash_app)

    def prepare(self) -> None:
        """Do what is left to the first request: collect assets, callbacks and scripts, read routes.

        FastAPI reads how a route wants to be called when somebody asks for one beside it; all of
        them take half a second, in which nobody else would be answered.
        """
        for prepare_one in self._before_request_funcs:
            prepare_one()
        nobody = {"type": "http", "method": "GET", "path": "/", "headers": []}
        for route in self.server.routes:
            route.matches(dict(nobody))

    def register_assets_blueprint(
        self, blueprint_name: str, assets_url_path: str, assets_folder: str
    ) -> None:
        """Serve the assets at their version's address, and at the one without."""
        version = assets_url_path.rpartition("/")[2]
        self.server.mount(f"/{ROOT}", Assets(Path(assets_folder), version), name=blueprint_name)

    def setup_index(self, dash_app: dash.Dash) -> None:
        """Leave "/" to `add_pages`."""

    def add_pages(self, dash_app: dash.Dash) -> None:
        """Answer the address of every page; everything else is a 404. Call after all routes."""
        render: Callable[[], str] = dash_app.index
        assets, address = Path(dash_app.config.assets_folder), asset_root(dash_app)

        @requires("viewer")
        def page(path: str) -> Response:
            if not is_page(f"/{path}"):
                raise HTTPException(404)
            links = module_links(assets, f"/{path}", address) + plotly_links(f"/{path}")
            html = render().replace(MODULES_HERE, links)
            return HTMLResponse(html.replace("<html ", f"<html {role_mark(current_session())}", 1))

        self.server.add_api_route("/{path:path}", page, methods=["GET", "HEAD"])

    def serve_component_suites(
        self, dash_app: dash.Dash, package_name: str, fingerprinted_path: str, request: Request
    ) -> Response:
        """Serve a file of a component package; 404 where Dash would crash."""
        try:
            answer: Response = super().serve_component_suites(
                dash_app, package_name, fingerprinted_path, request
            )
        except (DependencyException, FileNotFoundError):
            raise HTTPException(404) from None
        if package_name == "plotly" and fingerprinted_path != plotly_name():
            answer.headers["Cache-Control"] = "no-cache"  # Dash looks at no version it is asked for
        return answer

    def serve_callback(self, dash_app: dash.Dash) -> Callable[..., Any]:
        """Return the route that runs callbacks."""

        async def dispatch(request: Request) -> Response:
            body = await read_json(request)
            check_callback_body(body, dash_app.callback_map)
            need = need_of_callback(body["output"], dash_app.callback_map[body["output"]])
            session: Session = request.scope["state"]["session"]
            if not may(need, session) and is_idle(body):
                return Response(status_code=204)
            check_need(need, session)
            return await run_in_threadpool(run_callback, dash_app, body)

        return dispatch


def is_idle(body: Mapping[str, Any]) -> bool:
    """Whether nobody has clicked or typed: Dash asks so for each control it has just drawn."""
    given = (each if isinstance(each, list) else [each] for each in body["inputs"])
    return not any(each.get("value") for group in given for each in group)


def role_mark(session: Session) -> str:
    """Return the attributes by which scripts know whose page it is and what they must not offer.

    "" where nobody signs in; no role where all is allowed.
    """
    if not session.is_person:
        return ""
    role = "" if session.role in (None, "admin") else f'data-role="{session.role}" '
    return f'data-person="{session.author_id}" {role}'


def run_callback(dash_app: dash.Dash, body: dict[str, Any]) -> Response:
    """Run one callback and return its answer; called in a worker thread.

    Raises:
        RefusedError: 400 when the callback cannot digest what it was given.
    """
    internals: Any = dash_app
    try:
        context = internals._initialize_context(body)
        run = internals._prepare_callback(context, body)
        values = internals._inputs_to_vals(context.inputs_list + context.states_list)
        answer = internals._execute_callback(run, values, context.outputs_list, context)()
    except PreventUpdate:
        return Response(status_code=204)
    except _SHAPE_ERRORS:
        # Our pages send well-formed values, so this is either a body made by hand or a bug of ours:
        # the log tells which, the asker learns the same.
        LOG.exception("The callback %s failed on what it was given", body["output"])
        raise RefusedError(
            400, "bad_callback", "This request was not understood; reload the page."
        ) from None
    response: Response = context.dash_response.set_response(data=answer)
    response.headers["content-type"] = "application/json"
    return response


class CurrentRequest:
    """ASGI layer: makes the request, the services and the session findable by what answers it."""

    def __init__(self, app: ASGIApp, dash_app: dash.Dash) -> None:
        self._app = app
        self._dash_app = dash_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        services: Services = self._dash_app.server.state.services
        token = _REQUEST.set(Request(scope, receive))
        try:
            with serving(services, scope["state"]["session"]):
                await self._app(scope, receive, send)
        finally:
            _REQUEST.reset(token)


def is_page(path: str) -> bool:
    """Whether a page is registered at this address (its name for missing ones is not one)."""
    asked = path.strip("/").split("/")
    for page in dash.page_registry.values():
        if page["module"].rsplit(".", 1)[-1] == "not_found_404":
            continue
        parts = (page["path_template"] or page["path"]).strip("/").split("/")
        if len(parts) == len(asked) and all(
            part == given or (part.startswith("<") and given)
            for part, given in zip(parts, asked, strict=True)
        ):
            return True
    return False
