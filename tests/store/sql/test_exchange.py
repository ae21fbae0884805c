"""What apps tell each other, while their database is away."""

import asyncio

from benchmarks.served import free_port
from store.sql.exchange import PostgresExchange


def test_say__keeps_nothing_while_the_database_is_away() -> None:
    """It may be away for hours, while hands point twenty times a second."""

    async def speak() -> None:
        exchange = PostgresExchange(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
        exchange.open(lambda _: None, lambda: None)
        for nth in range(1000):
            exchange.say({"do": "point", "nth": nth})
            await asyncio.sleep(0)
        assert not exchange._waiting

    asyncio.run(speak())
