"""Reading: an answer goes to a worker process, and comes back as what the page says or as the outcome that it is."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from services.extract import missing
from services.extract.blocked import Blocked, of_answer, of_headers
from services.extract.page import PageContent, read_page
from services.extract.politeness import PASSING
from services.kit.errors import DatelineError, FetchFailed, Rejected, UnitFailed, WorkFailed
from services.kit.http import Fetched
from services.kit.pool import WorkerPool
from services.kit.urls import owner_of

T = TypeVar("T")

OK: Final = 200
GONE: Final = (404, 410)
_CODES: Final = {"work.deadline": "page.parse_deadline", "work.died": "page.worker_died"}
_SITES_MAX: Final = 1_000


class PageUnread(UnitFailed):
    """A page was too much for a worker. Codes: `page.parse_deadline`, `page.worker_died`.

    Not retryable: the same bytes would cost a worker again, and of those that died the second was given them already.
    """


class Reader:
    """Reads pages in worker processes.

    Remembers the sites whose pages were too much for a worker: the first such page of a site is suspicious, those after
    it are not. So a site full of hostile pages cannot pull the brake, and a deploy that fails at every site does.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._troubled: OrderedDict[str, None] = OrderedDict()

    async def page(self, fetched: Fetched) -> PageContent:
        """Return what an answer says.

        Raises:
            Blocked: it is what a site gives to those whom it does not let in.
            FetchFailed: `page.gone` or `page.refused`: it has no page.
            Rejected: it is no article.
            PageUnread: it was too much for a worker.

        """
        block = of_headers(fetched.status, fetched.headers)
        if block:
            raise Blocked(block)
        if fetched.status != OK:
            raise await self._refusal(fetched)
        reading = partial(read_page, url=fetched.url, content_type=fetched.content_type, charset=fetched.charset)
        content = await self.run(fetched.url, reading, fetched.body)
        return arrived(fetched, content, redirected=bool(fetched.redirects))

    async def run(self, url: str, function: Callable[..., T], /, *args: object) -> T:
        """Run a function over what came from an address in a worker process.

        Raises:
            DatelineError: the one that the function raised.
            PageUnread: it took too long, or its worker died.
            WorkFailed: the pool is closed or broken, or the function is.

        """
        try:
            return await self._pool.run(function, *args)
        except WorkFailed as error:
            named = unread(error)
            named.suspicious = not isinstance(named, PageUnread) or self._is_first(url)
            raise named from None

    async def _refusal(self, fetched: Fetched) -> DatelineError:
        """Return the outcome of an answer that is none of success."""
        if fetched.status in GONE:
            return FetchFailed("page.gone", f"HTTP status {fetched.status}")
        block = await self.run(fetched.url, of_answer, fetched.status, {}, fetched.body, fetched.charset)
        if block:
            return Blocked(block)
        return FetchFailed("page.refused", f"HTTP status {fetched.status}", retryable=fetched.status in PASSING)

    def _is_first(self, url: str) -> bool:
        site = owner_of(url)
        known = site in self._troubled
        self._troubled[site] = None
        if len(self._troubled) > _SITES_MAX:
            self._troubled.popitem(last=False)
        return not known


def arrived(fetched: Fetched, content: PageContent, *, redirected: bool) -> PageContent:
    """Return what a page says if it is the one that was asked for. Pure.

    Raises:
        Rejected: `page.soft_404`.

    """
    if redirected and missing.by_address(fetched.requested, fetched.url, content.canonical):
        raise Rejected("page.soft_404", "a redirect led from the article to a page above it")
    return content


def unread(error: WorkFailed) -> UnitFailed:
    """Return the error of a page whose reading failed; of a pool that cannot start a worker, as it is."""
    if error.code not in _CODES or error.retryable:
        return error
    return PageUnread(_CODES[error.code], error.message)
