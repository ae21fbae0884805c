"""Who can reach this app as it would be started, and whether what it is made of has known holes."""

import re
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from pages.middleware.guard import allowed_hosts
from store.checkup import Finding
from store.settings import Settings, is_loopback

FLOORS: Final = {
    "torch": "2.10",
    "pillow": "12.3",
    "werkzeug": "3.0.6",
    "dash": "4.4.1",
    "celery": "5.6.3",
}
"""Versions below have a published hole in what we use them for (docs/security.md, T21)."""


def check_exposure(settings: Settings) -> Iterator[Finding]:
    """Yield who may reach the app, and by which names."""
    where = f"{settings.host}:{settings.port}, --auth {settings.auth}"
    if settings.auth != "none":
        yield Finding("exposure", "ok", where)
    elif is_loopback(settings.host):
        remedy = "Start with --auth token where others use this machine."
        yield Finding("exposure", "warn", f"{where}: every user of this machine", remedy)
    else:  # the app itself refuses to start so
        remedy = "Start with --auth token."
        yield Finding("exposure", "fail", f"{where}: everybody on the network", remedy)
    names, allows_ip = allowed_hosts(settings.host, settings.hosts)
    words = ", ".join(sorted(names)) + (", any IP address" if allows_ip else "")
    yield Finding("hosts", "ok", words)
    has_tls = (settings.public_url or "").startswith("https://")
    is_proxied = bool(settings.trusted_proxies)  # as in Compose; TLS is the proxy's
    if not is_loopback(settings.host) and not has_tls and not is_proxied:
        remedy = "Put a proxy with TLS in front, and name its address with --public-url."
        yield Finding("TLS", "warn", "the app itself speaks plain HTTP", remedy)


def check_packages(installed: Callable[[str], str] = version) -> Iterator[Finding]:
    """Yield packages that are older than what mends a known hole."""
    found = False
    for name, floor in FLOORS.items():
        try:
            has = installed(name)
        except PackageNotFoundError:
            continue
        if numbers(has) < numbers(floor):
            found = True
            remedy = f"Install {name} {floor} or newer; requirements.lock holds what was tested."
            yield Finding("packages", "fail", f"{name} {has} has a known hole", remedy)
    if not found:
        yield Finding("packages", "ok", "none with a hole known when this version was made")


def numbers(text: str) -> tuple[int, ...]:
    """Return a version as numbers that compare."""
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+")[0])[:3])
