"""Network namespaces as hosts: a hub, and workers that reach nothing but it, by a wire each."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

HUB_ADDRESS: Final = "10.77.0.1"
"""Where every host finds the services."""
TABLE: Final = "inet lodemap"
PACKAGES: Final = {"ip": "iproute2", "nft": "nftables"}


def why_not() -> str:
    """Return why hosts cannot be had here, empty where they can; to be root is an extra."""
    if os.geteuid() != 0:
        return "network namespaces need root, which is an extra"
    missing = [package for name, package in PACKAGES.items() if shutil.which(name) is None]
    if missing:
        return f"a program is missing: apt-get install {' '.join(missing)}"
    name = f"lm{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        return f"permission to make network namespaces is an extra ({made.stderr.strip()})"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


@dataclass(frozen=True)
class Host:
    """A namespace with a wire to the hub."""

    name: str
    hub: str
    wire: str
    """The hub's end of the wire."""

    def command(self, *words: str) -> list[str]:
        """A command that runs there."""
        return ["ip", "netns", "exec", self.name, *words]

    def cut(self, port: int | None = None) -> None:
        """Let nothing through, without a word, as a cable that was pulled.

        With `port` that is so for what is meant for one service of the hub alone.
        """
        what = "" if port is None else f"tcp dport {port} "
        self._rule(f"iifname {self.wire} {what}drop")

    def lose(self, percent: int) -> None:
        """Lose so many packets of a hundred, in each direction."""
        self._rule(f"iifname {self.wire} numgen random mod 100 < {percent} drop")
        self._rule(f"oifname {self.wire} numgen random mod 100 < {percent} drop", "out")

    def mend(self) -> None:
        """Let everything through."""
        for chain in ("in", "out"):
            self._nft(f"flush chain {TABLE} {chain}")

    def _rule(self, rule: str, chain: str = "in") -> None:
        self._nft(f"add rule {TABLE} {chain} {rule}")

    def _nft(self, line: str) -> None:
        run("ip", "netns", "exec", self.hub, "nft", line)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stderr)


@contextmanager
def hosts(count: int) -> Iterator[tuple[str, list[Host]]]:
    """Yield the hub's namespace, and hosts that are wired to it."""
    prefix = f"lm{os.getpid()}"
    hub = f"{prefix}-hub"
    with ExitStack() as stack:
        _namespace(stack, hub)
        run("ip", "-n", hub, "addr", "add", f"{HUB_ADDRESS}/32", "dev", "lo")
        for line in (
            f"add table {TABLE}",
            f"add chain {TABLE} in {{ type filter hook input priority 0 ; }}",
            f"add chain {TABLE} out {{ type filter hook output priority 0 ; }}",
        ):
            run("ip", "netns", "exec", hub, "nft", line)
        yield hub, [_wired(stack, prefix, hub, number) for number in range(1, count + 1)]


def _namespace(stack: ExitStack, name: str) -> None:
    run("ip", "netns", "add", name)
    stack.callback(run, "ip", "netns", "del", name)
    run("ip", "-n", name, "link", "set", "lo", "up")


def _wired(stack: ExitStack, prefix: str, hub: str, number: int) -> Host:
    host = Host(f"{prefix}-w{number}", hub, f"{prefix}h{number}")
    _namespace(stack, host.name)
    far = f"{prefix}w{number}"
    run("ip", "-n", hub, "link", "add", host.wire, "type", "veth", "peer", "name", far,
        "netns", host.name)  # fmt: skip
    for name, end, last in ((hub, host.wire, 1), (host.name, far, 2)):
        run("ip", "-n", name, "addr", "add", f"10.77.{number}.{last}/30", "dev", end)
        run("ip", "-n", name, "link", "set", end, "up")
    run("ip", "-n", host.name, "route", "add", HUB_ADDRESS, "via", f"10.77.{number}.1")
    return host
