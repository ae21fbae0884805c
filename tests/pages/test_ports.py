import os
import socket

import pytest

from pages.ports import PortError, listen, owner_of


def test_listen__a_free_port_accepts_at_once() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_listen__answers_are_not_held_back() -> None:
    """asyncio sets TCP_NODELAY on connections of such a socket only."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_listen__a_taken_port_names_its_owner_and_another_port() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert owner_of(port) == os.getpid()
        with pytest.raises(PortError) as refused:
            listen("127.0.0.1", port)
    sentence = refused.value.sentence
    assert sentence == f"Port {port} is in use by pid {os.getpid()}; try --port {port + 1}."


def test_owner_of__a_free_port_has_none() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
    assert owner_of(port) is None


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_listen__on_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(PortError, match="Cannot listen on"):
        listen(host, 0)
