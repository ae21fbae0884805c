"""The settings of one process: read once by an entry point, then passed on."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args
from urllib.parse import parse_qs, unquote, urlsplit

from store.errors import SettingsError
from store.people.roles import Role
from store.people.sign_in_settings import listed, sign_in_settings
from store.postgres_url import check_postgres_url

Auth = Literal["none", "token", "password", "proxy", "oidc"]
Device = Literal["auto", "cpu", "cuda"]
PREFIX: Final = "LODEMAP_"
USUAL_PORTS: Final = {"https": ":443", "http": ":80"}
"""Browsers leave them out."""
UNREAD_BROKER: Final = (
    "broker_url has no host that can be read, or its port is no number; percent-encode what is "
    "special in the password (@ is %40, / is %2F, ? is %3F, # is %23)."
)
"""Says nothing of what it has: it may be the password."""
FIELDS: Final = (
    "data_dir", "database_url", "broker_url", "artifacts_url",
    "host", "port", "auth", "allowed_hosts", "device",
    "default_role", "public_url", "trusted_proxies", "user_header", "role_header",
    "oidc_issuer", "oidc_client_id", "oidc_secret_file", "oidc_role_claim", "oidc_roles",
    "secret_key_file", "insecure_redis", "requests_per_s",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Where things live and who may reach them."""

    data_dir: Path
    """Folder of database, artifacts and cache; 0700."""
    database_url: str
    """SQLAlchemy URL: `sqlite:///...` or `postgresql+psycopg://...`."""
    artifacts_url: str
    """Folder or fsspec URL of data sets, checkpoints and frames."""
    broker_url: str | None = None
    """Redis URL of the team mode; None works embedded."""
    host: str = "127.0.0.1"
    """Address the app listens on."""
    port: int = 8050
    """Port the app listens on; 0 lets the system choose."""
    auth: Auth = "none"
    """Who is let in, and how they prove who they are; `none` only ever on loopback."""
    allowed_hosts: tuple[str, ...] = ()
    """Further names under which browsers may address the app."""
    device: Device = "auto"
    """Where workers train."""
    default_role: Role = "viewer"
    """Of people about whom a proxy or OpenID provider says no role."""
    public_url: str | None = None
    """The address under which browsers reach the app, such as https://maps.example."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) of proxies whose X-Forwarded-* is believed; `--auth proxy` asks them who."""
    user_header: str | None = None
    """Header in which a trusted proxy says who is asking."""
    role_header: str | None = None
    """Header in which it says their role."""
    oidc_issuer: str | None = None
    """Address of the OpenID provider."""
    oidc_client_id: str | None = None
    """What the provider calls this app."""
    oidc_secret_file: str | None = None
    """File of the secret they share; else it is in LODEMAP_OIDC_CLIENT_SECRET."""
    oidc_role_claim: str | None = None
    """Claim of the ID token that says somebody's groups or role."""
    oidc_roles: tuple[str, ...] = ()
    """`value=role`: what values of that claim mean."""
    secret_key_file: Path | None = None
    """Key that signs cookies, shared by the apps of one address; None keeps one of its own."""
    insecure_redis: bool = False
    """Whether a Redis elsewhere may be spoken to without TLS."""
    requests_per_s: int = 40
    """How often one browser may ask in the long run; 0, as with `auth` none, sets no limit."""

    @property
    def mode(self) -> Literal["embedded", "team"]:
        """`team` when work reaches workers through a broker."""
        return "team" if self.broker_url else "embedded"

    @property
    def is_sqlite(self) -> bool:
        """Whether the truth is a file in the data directory."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path | None:
        """SQLite's file, None on PostgreSQL."""
        path = unquote(self.database_url.removeprefix("sqlite:///").partition("?")[0])
        return Path(path) if self.is_sqlite else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names it answers to besides its own address: those allowed, and the public one."""
        if not self.public_url:
            return self.allowed_hosts
        scheme, host, *_ = urlsplit(self.public_url)
        return (*self.allowed_hosts, host.removesuffix(USUAL_PORTS[scheme]))

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None
    ) -> Self:
        """Read `LODEMAP_*` variables; `overrides` (flags that were given, by field name) win.

        Raises:
            SettingsError: with one sentence that names the setting and what is allowed.
        """
        given: dict[str, Any] = {
            name: environ[PREFIX + name.upper()]
            for name in FIELDS
            if environ.get(PREFIX + name.upper())
        }
        given |= {k: v for k, v in (overrides or {}).items() if v is not None}
        if unknown := sorted(set(given) - set(FIELDS)):
            raise SettingsError(f"There is no setting '{unknown[0]}'.")
        data_dir = Path(given.get("data_dir", "lodemap-data")).expanduser().absolute()
        host = str(given.get("host", cls.host))
        insecure_redis = _is_on("insecure_redis", given.get("insecure_redis", False))
        auth = _auth(given.get("auth"), host)
        pace = 0 if auth == "none" else cls.requests_per_s  # a script of one's own may hurry
        return cls(
            data_dir=data_dir,
            database_url=_database_url(given.get("database_url"), data_dir),
            artifacts_url=_artifacts_url(str(given.get("artifacts_url", data_dir / "artifacts"))),
            broker_url=_broker_url(given.get("broker_url"), insecure_redis),
            host=host,
            port=_whole("port", given.get("port", cls.port), 65535),
            auth=auth,
            allowed_hosts=_hosts(given.get("allowed_hosts", ())),
            device=_one_of("device", given.get("device", "auto"), get_args(Device)),
            secret_key_file=_file(given.get("secret_key_file")),
            insecure_redis=insecure_redis,
            requests_per_s=_whole("requests_per_s", given.get("requests_per_s", pace), 10_000),
            **sign_in_settings(given),
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _hosts(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return hosts, also those of addresses such as http://maps.lan/."""
    hosts = []
    for text in listed(given):
        scheme, _, host = text.rpartition("://")
        hosts.append(host.removesuffix("/").removesuffix(USUAL_PORTS.get(scheme.lower(), "")))
    return listed(hosts)


def _database_url(value: str | None, data_dir: Path) -> str:
    if value is None:
        if "?" in str(data_dir) or unquote(str(data_dir)) != str(data_dir):
            raise SettingsError(
                f"data_dir is '{data_dir}', which the address of a database would have as another "
                "folder; choose one without ? and % in its path."
            )
        return f"sqlite:///{data_dir / 'lodemap.db'}"
    if value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        address = "postgresql+psycopg://" + value.split("://", 1)[1]
        check_postgres_url(address)
        return address
    if value.startswith("sqlite:///"):
        return f"sqlite:///{_absolute(value.removeprefix('sqlite:///'))}"
    raise SettingsError("database_url must begin with sqlite:/// or postgresql://.")


def _artifacts_url(value: str) -> str:
    return value if "://" in value else _absolute(value)


def _absolute(path: str) -> str:
    """Return where a path leads from here: workers may start in another folder."""
    return str(Path(path).expanduser().absolute())


def _broker_url(value: str | None, insecure_redis: bool) -> str | None:
    if value is None:
        return None
    if not value.startswith(("redis://", "rediss://", "redis+socket://")):
        raise SettingsError("broker_url must begin with redis:// or rediss://.")
    host = _broker_host(value)
    number = parse_qs(urlsplit(value).query).get("db", ["0"])
    if value.startswith("redis+socket://") and number != ["0"]:
        raise SettingsError(
            "broker_url has a db, which Celery passes over behind a socket; write ?virtual_host=1 "
            "for database 1."
        )
    if value.startswith("redis://") and not insecure_redis and not is_loopback(host):
        raise SettingsError(
            f"Refusing to send runs to Redis at {host} without TLS. Use rediss://, or "
            "--insecure-redis (LODEMAP_INSECURE_REDIS=yes) on a network of your own."
        )
    return value


def _broker_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_list = ";" in url  # of Redis servers that stand in for each other
        options = "" if "=" in parts.query.partition("@")[0] else parts.query
        strays = f"{parts.path}{options}{parts.fragment}"
        is_cut = parts.port == 0 or (parts.netloc != "" and "@" in strays and not is_list)
    except ValueError:  # "pa" of "redis://ana:pa/ss@host" is no port
        is_cut = True
    if is_cut:
        raise SettingsError(UNREAD_BROKER)
    return parts.hostname or "localhost"


def _whole(name: str, value: object, most: int) -> int:
    if not str(value).isdecimal() or not 0 <= int(str(value)) <= most:
        raise SettingsError(f"{name} is '{str(value)[:40]}'; choose 0 to {most}.")
    return int(str(value))


def _auth(value: str | None, host: str) -> Auth:
    chosen: Auth = _one_of("auth", value or "none", get_args(Auth))
    if chosen == "none" and not is_loopback(host):
        how = "without --auth" if value is None else "with --auth none"
        ways = "|".join(way for way in get_args(Auth) if way != "none")
        raise SettingsError(f"Refusing to listen on {host} {how}. Use --auth {ways}.")
    return chosen


def _file(value: str | Path | None) -> Path | None:
    return None if value is None else Path(_absolute(str(value)))


def _is_on(name: str, value: Any) -> bool:
    words = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}
    return words[_one_of(name, str(value).lower(), tuple(words))]


def _one_of(name: str, value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise SettingsError(f"{name} is '{str(value)[:40]}'; use one of {', '.join(allowed)}.")
    return value
