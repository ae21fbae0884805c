"""The flags that say a setting: one list, for the app and for `doctor`, which looks ahead."""

import argparse
from collections.abc import Iterable
from typing import Any, Final, get_args

from pages.commands.terminal import Parser, url_for
from store.settings import PREFIX, Auth, Device

MANY: Final[dict[str, Any]] = {"action": "append"}
FLAGS: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("host", "--host", "address to listen on (127.0.0.1)", {}),
    ("port", "--port", "port to listen on (8050)", {}),
    ("data_dir", "--data-dir", "folder of database, artifacts and cache (lodemap-data)", {}),
    ("auth", "--auth", "how people prove who they are (none: nobody does)",
     {"choices": get_args(Auth)}),
    ("default_role", "--default-role", "of whom a proxy or provider says no role (viewer)", {}),
    ("public_url", "--public-url", "address by which browsers reach the app, if another", {}),
    ("user_header", "--user-header", "header in which the proxy says who is asking", {}),
    ("role_header", "--role-header", "header in which the proxy says their role", {}),
    ("oidc_issuer", "--oidc-issuer", "address of the OpenID provider", {}),
    ("oidc_client_id", "--oidc-client-id", "what the provider calls this app", {}),
    ("oidc_secret_file", "--oidc-secret-file", "file of the secret; instead of it "
     "LODEMAP_OIDC_CLIENT_SECRET may hold the secret", {}),
    ("oidc_role_claim", "--oidc-role-claim", "claim that says somebody's groups", {}),
    ("oidc_roles", "--oidc-role", "what a value of that claim means; may be repeated",
     {**MANY, "metavar": "VALUE=ROLE"}),
    ("device", "--device", "where to train (auto)", {"choices": get_args(Device)}),
    ("allowed_hosts", "--allowed-host", "another name of this app; may be repeated",
     {**MANY, "metavar": "NAME"}),
    ("database_url", "--database-url",
     "sqlite:///... or postgresql://... (a file in the data folder)",
     {"type": url_for("database_url")}),
    ("broker_url", "--broker-url",
     "redis://...: send work to Celery workers (work on this machine)",
     {"type": url_for("broker_url")}),
    ("artifacts_url", "--artifacts-url",
     "folder or URL of data sets and checkpoints (in the data folder)",
     {"type": url_for("artifacts_url")}),
    ("trusted_proxies", "--trusted-proxy", "network of a proxy that is believed; may be repeated",
     {**MANY, "metavar": "CIDR"}),
    ("secret_key_file", "--secret-key-file",
     "key that signs cookies, for several apps behind one address", {"metavar": "FILE"}),
    ("requests_per_s", "--requests-per-s",
     "how often one person may ask in the long run (40)", {}),
    ("insecure_redis", "--insecure-redis", "speak to a Redis elsewhere without TLS",
     {"action": "store_const", "const": "yes"}),
)  # fmt: skip
"""Field of `Settings`, flag, what it means, and how argparse takes it."""


def add_app_flags(parser: Parser) -> None:
    """Add every flag that says a setting; the help of each names its variable."""
    for name, flag, words, how in FLAGS:
        parser.add_argument(flag, dest=name, help=f"{words}; {PREFIX}{name.upper()}", **how)


def with_commands(parser: Parser, commands: Iterable[tuple[str, str]]) -> None:
    """Have the help end with the commands, each with one sentence."""
    lines = [f"  {name:9} {words}" for name, words in commands]
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(
        ["commands, each in place of the flags and with a --help of its own:", *lines]
    )
