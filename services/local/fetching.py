"""Fetching one thing for a command."""

from services.kit.errors import FetchFailed
from services.kit.http import Fetched, Fetcher
from services.kit.settings import HttpSettings

OK = 200


async def fetched(url: str, settings: HttpSettings, max_bytes: int) -> Fetched:
    """Fetch what has to be there.

    Raises:
        FetchFailed: there is no answer, or another than 200.

    """
    async with Fetcher(settings) as fetcher:
        answer = await fetcher.get(url, body_max_bytes=max_bytes)
    if answer.status != OK:
        raise FetchFailed("fetch.http_status", f"{answer.url} answered {answer.status}")
    return answer
