"""The app whose routes tests/attacks walks has every route that is written anywhere."""

from importlib import import_module
from pathlib import Path

from fastapi import APIRouter

import pages.api
from pages.api import oidc
from tests.attacks.target import WRITING, Target, routes_of

FOLDER = Path(pages.api.__path__[0])


def test_routes__are_those_of_every_module_but_a_providers(whole: Target) -> None:
    found = {route.path for route in routes_of(whole.served.dash_app.server.routes)}
    modules = [import_module(f"pages.api.{path.stem}") for path in FOLDER.glob("*.py")]
    routers = [each.router for each in modules if hasattr(each, "router")]
    assert len(routers) > 20
    written = {route.path for each in routers for route in routes_of(each.routes)}
    assert written - found == {route.path for route in routes_of(oidc.router.routes)}


def test_routes__of_a_provider_take_no_body() -> None:
    """`tests/pages/auth/test_oidc.py` attacks them."""
    assert isinstance(oidc.router, APIRouter)
    assert not any(route.methods & set(WRITING) for route in routes_of(oidc.router.routes))
