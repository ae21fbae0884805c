"""Reading the settings of how people sign in: each mistake is one sentence, before all else."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ml.errors import InvalidInputError
from store.errors import SettingsError
from store.people.roles import to_role

_ADDRESS: Final = re.compile(r"(https?)://([^/?#@\s\[\]]+|\[[0-9a-fA-F:.]+\](?::\d+)?)(/[^?#\s]*)?")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
SECRET: Final = "LODEMAP_OIDC_CLIENT_SECRET"
_TEXTS: Final = ("oidc_client_id", "oidc_secret_file", "oidc_role_claim")
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "proxy": ("trusted_proxies", "user_header"),
    "oidc": ("oidc_issuer", "oidc_client_id"),
}
"""By `auth`, what it cannot do without."""


def sign_in_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `Settings` about people, checked.

    Args:
        given: Variables and flags, by field name.

    Raises:
        SettingsError: one breaks a rule, or `auth` needs one that is not there.
    """
    values: dict[str, Any] = {name: given.get(name) for name in _TEXTS}
    proxies = networks(listed(given.get("trusted_proxies", ())))
    values["trusted_proxies"] = tuple(map(str, proxies))
    values["oidc_roles"] = listed(given.get("oidc_roles", ()))
    values["default_role"] = _role(given.get("default_role", "viewer"), "default_role")
    for name in ("user_header", "role_header"):
        values[name] = _header(name, given.get(name))
    for name in ("public_url", "oidc_issuer"):
        values[name] = _url(name, given.get(name))
    role_map(values["oidc_roles"])
    for name in _NEEDED.get(str(given.get("auth")), ()):
        if not values[name]:
            flag = name.replace("_", "-").removesuffix("ies") + ("y" if name[-3:] == "ies" else "")
            raise SettingsError(f"--auth {given['auth']} needs --{flag}.")
    return values


def client_secret(environ: Mapping[str, str], path: str | None) -> str:
    """Return the secret that the app shares with its OpenID provider; never from an argument.

    Raises:
        SettingsError: it is nowhere.
    """
    if path is None:
        secret = environ.get(SECRET, "")
    else:
        try:
            secret = Path(path).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"oidc_secret_file {path} cannot be read.") from None
    if not secret:
        raise SettingsError(f"--auth oidc needs the client's secret in {SECRET}, or a file of it.")
    return secret


def listed(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return the parts of a list, or of a text with commas."""
    names = value.split(",") if isinstance(value, str) else value
    return tuple(name.strip() for name in names if name.strip())


def networks(texts: Sequence[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Read networks, such as 10.0.0.0/8 or a single address.

    Raises:
        SettingsError: one is none.
    """
    try:
        return [ipaddress.ip_network(text) for text in texts]
    except ValueError as error:
        raise SettingsError(
            f"trusted_proxies must be addresses or networks such as 10.0.0.0/24: {error}."
        ) from None


def role_map(texts: Sequence[str]) -> dict[str, str]:
    """Read what values of a claim mean, each `value=role`.

    Raises:
        SettingsError: one is of another form.
    """
    found: dict[str, str] = {}
    for text in texts:
        value, _, role = text.rpartition("=")
        if not value:
            raise SettingsError(
                f"oidc_roles has '{text[:40]}'; write value=role, as staff=trainer."
            )
        found[value] = _role(role, "role in oidc_roles")
    return found


def _role(value: object, what: str) -> str:
    try:
        return to_role(value, what)
    except InvalidInputError as error:
        raise SettingsError(error.sentence) from None


def _header(name: str, value: str | None) -> str | None:
    if value is not None and not _HEADER.fullmatch(value):
        raise SettingsError(f"{name} is '{value[:40]}'; name a header, as X-Forwarded-User.")
    return value


def _url(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    host = _ADDRESS.fullmatch(value)
    if host is None:
        raise SettingsError(f"{name} must be an address, as https://maps.example.")
    name_of_host = re.sub(r":\d+$", "", host.group(2)).strip("[]")
    if host.group(1) == "http" and name_of_host not in ("localhost", "127.0.0.1", "::1"):
        raise SettingsError(f"{name} must begin with https://; only loopback does without.")
    return value.rstrip("/")
