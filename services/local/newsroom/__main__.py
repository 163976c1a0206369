"""Serve the newsroom: `python -m services.local.newsroom`. Prints the feeds' addresses, one a line, and goes on."""

import argparse
import asyncio
import signal

from services.local.newsroom import EVERY_S, FIRST, Newsroom


def main() -> None:
    """Read the options and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m services.local.newsroom", description=__doc__)
    parser.add_argument("--host", help="one address for all outlets (default: a loopback address for each)")
    parser.add_argument("--port", type=int, default=0, help="port (default: any free one)")
    parser.add_argument("--every-s", type=float, default=EVERY_S, help="seconds between two stories")
    parser.add_argument("--first", type=int, default=FIRST, help="how many stories are out at the start")
    parser.add_argument("--copies", type=int, default=1, help="tell each story so many times, numbered")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    newsroom = Newsroom(
        host=options.host,
        port=options.port,
        every_s=options.every_s,
        first=options.first,
        copies=options.copies,
    )
    async with newsroom:
        for feed in newsroom.feeds:
            print(feed, flush=True)  # noqa: T201 - the addresses are this command's output
        await stopping.wait()


if __name__ == "__main__":
    main()
