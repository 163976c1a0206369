"""`dateline ...`: everything on one machine, each service alone, and filters that need neither broker nor database."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console, RenderableType

from services.kit.errors import DatelineError, SettingsError
from services.kit.log import quiet

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Dateline polls feeds, reads their articles and says for each who published it, when, about where, "
    "and who said it first. Start with `dateline up`.",
)
feeds_app = typer.Typer(no_args_is_help=True, help="The feeds that are polled.")
topics_app = typer.Typer(no_args_is_help=True, help="The topics of the broker.")
failures_app = typer.Typer(no_args_is_help=True, help="Records that could not be handled.")
app.add_typer(feeds_app, name="feeds")
app.add_typer(topics_app, name="topics")
app.add_typer(failures_app, name="failures")

VAR = Path("var")
PIPE_COLUMNS = 1000
READ_AHEAD_LINES = 64
FAILED = 1
BAD_SETTINGS = 2
Folder = Annotated[Path, typer.Option("--var", help="Folder that database, logs and state are kept in.")]
Replication = Annotated[int, typer.Option(min=1, help="Copies of each topic; a single broker can hold one.")]
Code = Annotated[str | None, typer.Option(help="Only failures with this code.")]
Stage = Annotated[str | None, typer.Option(help="Only failures of this stage.")]
Pending = Annotated[bool, typer.Option("--pending", help="Only failures that were not replayed.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="Filter: one JSON object a line in, one out, in the same order.")]


@app.command()
def up(
    feeds: Annotated[
        Path | None, typer.Option(help="OPML file of feeds to poll. Without it, a newsroom of ours.")
    ] = None,
    broker: Annotated[str, typer.Option(help="`embedded`, `apache` (after `make kafka`), or HOST:PORT.")] = "embedded",
    nodes: Annotated[int, typer.Option(help="Nodes of Apache Kafka: 1 or 3.")] = 1,
    every: Annotated[float, typer.Option(help="Seconds between two articles of the newsroom.")] = 2.0,
    var: Folder = VAR,
) -> None:
    """Run broker, database and all services on this machine, and show tagged records as they come."""
    from services.local.up import Plan
    from services.local.up import up as bring_up

    _await(bring_up(Plan(var.resolve(), broker, nodes, feeds, every), _console()))


@app.command()
def tail(
    as_json: Annotated[bool, typer.Option("--json", help="The whole records, one JSON object a line.")] = False,
    beginning: Annotated[bool, typer.Option(help="All that the topic still holds, not only what comes now.")] = False,
    var: Folder = VAR,
) -> None:
    """Show tagged records as they come: date, outlet, countries, title, chain."""
    from services.kit.settings import KafkaSettings
    from services.local.tail import follow

    settings = KafkaSettings.load(_environment(var))
    _await(follow(settings, _console(), from_beginning=beginning, as_json=as_json))


@app.command()
def ingest() -> None:
    """Run the poller: from feeds to entries."""
    from services.ingest.app import serve
    from services.ingest.settings import IngestSettings
    from services.kit.run import main as run

    run("ingest", IngestSettings, serve)


@app.command()
def store() -> None:
    """Run the store: tagged articles and failures to the database."""
    from services.kit.run import main as run
    from services.store.app import serve
    from services.store.settings import StoreSettings

    run("store", StoreSettings, serve)


@app.command()
def extract(
    page: Annotated[str | None, typer.Argument(help="Address or file of a page whose record to print.")] = None,
    jsonl: Jsonl = False,
    url: Annotated[str | None, typer.Option(help="Address that a file's page came from.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes of the filter.")] = 2,
    deadline: Annotated[float, typer.Option(min=0.1, help="Seconds after which a page is given up.")] = 10.0,
    var: Folder = VAR,
) -> None:
    """Run extract: from entries to articles. With a page, print its record; with --jsonl, be a filter of pages."""
    if jsonl:
        from services.extract import filter as pages

        _await(pages.run(_stdin_lines(), _write_line, workers=workers, deadline_s=deadline))
    elif page is not None:
        from services.local import one

        _write_line(_await(one.article(page, _environment(var, needed=False), url=url)))
    else:
        from services.extract.app import serve
        from services.extract.settings import ExtractSettings
        from services.kit.run import main as run

        run("extract", ExtractSettings, serve)


@app.command()
def tag(
    file: Annotated[
        Path | None, typer.Argument(help="File with an article: JSON fields of `Article`, or text.")
    ] = None,
    jsonl: Jsonl = False,
    only: Annotated[str, typer.Option(help="Which tags, separated by commas.")] = "outlet,date,region,sources",
) -> None:
    """Run tag: from articles to tagged articles. With a file, print its tags; with --jsonl, be a filter of articles."""
    from services.tag.settings import TagSettings
    from services.tag.tagger import ALL

    chosen = frozenset(name.strip() for name in only.split(","))
    if unknown := chosen - ALL:
        _fail(f"--only: there is no tag {', '.join(sorted(unknown))}; there are {', '.join(sorted(ALL))}")
    if jsonl:
        from services.tag import filter as articles

        articles.run(sys.stdin.buffer, _write_line, chosen, TagSettings.load().tag_sources)
    elif file is not None:
        from services.local import one

        _write_line(one.tags(file, chosen, TagSettings.load().tag_sources))
    else:
        from services.kit.run import main as run
        from services.tag.app import serve

        run("tag", TagSettings, serve)


@feeds_app.command("add")
def feeds_add(urls: list[str], var: Folder = VAR) -> None:
    """Subscribe to feeds."""
    from services.local import subscriptions

    added = _await(subscriptions.with_database(_environment(var), lambda db: subscriptions.add_all(db, urls)))
    _show(f"{added} new, {len(urls) - added} known already")


@feeds_app.command("list")
def feeds_list(var: Folder = VAR) -> None:
    """Show the feeds, when they were polled, and what trouble they have."""
    from services.local import subscriptions

    _show(_await(subscriptions.with_database(_environment(var), subscriptions.table)))


@feeds_app.command("remove")
def feeds_remove(urls: list[str], var: Folder = VAR) -> None:
    """Unsubscribe from feeds. What they brought stays."""
    from services.local import subscriptions

    removed = _await(subscriptions.with_database(_environment(var), lambda db: subscriptions.remove_all(db, urls)))
    _show(f"{removed} removed, {len(urls) - removed} not known")


@feeds_app.command("check")
def feeds_check(url: str, var: Folder = VAR) -> None:
    """Ask for a feed once and show what Dateline sees in it. Nothing is kept."""
    from services.local import feed

    _show(_await(feed.look_at(url, _environment(var, needed=False))))


@feeds_app.command("explain")
def feeds_explain(feed: Annotated[str, typer.Argument(help="Its address or id.")], var: Folder = VAR) -> None:
    """Say when a feed is polled next, and why then."""
    from services.local import feed as one
    from services.local import subscriptions

    work = partial(one.explanation, wanted=feed, environ=_environment(var))
    _show(_await(subscriptions.with_database(_environment(var), work)))


@feeds_app.command("import")
def feeds_import(file: Path, var: Folder = VAR) -> None:
    """Subscribe to the feeds of an OPML file."""
    from services.local import subscriptions

    urls = subscriptions.urls_of(file)
    added = _await(subscriptions.with_database(_environment(var), lambda db: subscriptions.add_all(db, urls)))
    _show(f"{added} new, {len(urls) - added} known already")


@feeds_app.command("export")
def feeds_export(var: Folder = VAR) -> None:
    """Write the feeds as OPML to standard output."""
    from services.local import subscriptions

    sys.stdout.write(_await(subscriptions.with_database(_environment(var), subscriptions.as_opml)))


@topics_app.command("plan")
def topics_plan(replication: Replication = 3, var: Folder = VAR) -> None:
    """Show what `apply` would create, and what differs from the topic table."""
    from services.local import topics

    planned = _await(topics.steps(_environment(var), replication=replication))
    _show(topics.table(planned))


@topics_app.command("apply")
def topics_apply(replication: Replication = 3, var: Folder = VAR) -> None:
    """Create the topics that are missing. What differs is told and left as it is."""
    from services.local import topics

    _show(topics.table(_await(topics.apply(_environment(var), replication=replication))))


@failures_app.command("list")
def failures_list(
    code: Code = None, stage: Stage = None, pending: Pending = False, limit: int = 50, var: Folder = VAR
) -> None:
    """Show the newest failures."""
    from services.local import replay, subscriptions

    which = replay.wanted(code=code, stage=stage, pending=pending)
    work = partial(replay.listed, which=which, limit=limit)
    _show(_await(subscriptions.with_database(_environment(var), work)))


@failures_app.command("show")
def failures_show(failure_id: str, var: Folder = VAR) -> None:
    """Show everything about one failure, with the record as it was."""
    from services.local import replay, subscriptions

    work = partial(replay.shown, failure_id=failure_id)
    sys.stdout.write(_await(subscriptions.with_database(_environment(var), work)))


@failures_app.command("replay")
def failures_replay(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of failures; without any, all that match.")] = None,
    code: Code = None,
    stage: Stage = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were replayed before.")] = False,
    var: Folder = VAR,
) -> None:
    """Send failed records to their topics again, after the cause is mended. Twice does no harm."""
    from services.local import replay

    which = replay.wanted(ids or [], code, stage, pending=not (everything or ids))
    _show(f"{_await(replay.replayed(_environment(var), which))} sent again")


@app.command()
def replay(
    places: Annotated[list[str], typer.Argument(help="WARC files, folders with such, or s3://bucket/prefix.")],
    from_archive: Annotated[bool, typer.Option("--from-archive", help="Read the pages of an archive again.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes that read pages.")] = 2,
    deadline: Annotated[float, typer.Option(min=0.1, help="Seconds after which a page is given up.")] = 10.0,
    var: Folder = VAR,
) -> None:
    """Make the records of an archive's pages again: to standard output; what fails, and a summary, beside it."""
    from services.local import from_archive as archive

    if not from_archive:
        _fail("replay needs --from-archive; failed records are sent again by `dateline failures replay`", BAD_SETTINGS)
    work = archive.replayed(
        places,
        _environment(var, needed=False),
        write=_write_line,
        tell=_tell_line,
        workers=workers,
        deadline_s=deadline,
    )
    if _await(work).broken:
        sys.exit(FAILED)


@app.command()
def trace(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A trace, article or entry id.")],
    logs: Annotated[
        list[Path] | None, typer.Option(help="Log files to look into; else those of `dateline up`.")
    ] = None,
    var: Folder = VAR,
) -> None:
    """Follow one article through topics and log files."""
    from services.local import trace as way

    steps, traces = _await(way.on_topics(_environment(var), wanted))
    files = logs or sorted((var / "log").glob("*.jsonl"))
    steps += way.in_logs(files, traces or {wanted})
    if not steps:
        _fail(f"nothing is known of {wanted}: not on the topics, and not in {len(files)} log files")
    _show(way.table(steps))


def main() -> None:
    """Run the command line. What is expected to go wrong is one line and exit code 1, or 2 for wrong settings."""
    quiet()
    try:
        app()
    except SettingsError as error:
        _fail(error.message, BAD_SETTINGS)
    except DatelineError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        _fail(f"{error.name} is not installed: this command needs one of Dateline's extras, see pyproject.toml")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output has gone, as `head` does; there is nobody left to write to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def _environment(folder: Path, *, needed: bool = True) -> dict[str, str]:
    from services.local.running import environment

    return environment(folder, needed=needed)


def _console() -> Console:
    """Return a console that cuts nothing off where nobody looks at it but a program."""
    return Console() if sys.stdout.isatty() else Console(width=PIPE_COLUMNS)


def _show(what: RenderableType) -> None:
    _console().print(what, markup=False, highlight=False)


def _await(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        # tasks that ran together end together; that the reader has gone is all there is to it
        if group.subgroup(BrokenPipeError):
            raise BrokenPipeError from None
        raise


def _fail(message: str, code: int = FAILED) -> NoReturn:
    sys.stderr.write(f"dateline: {message}\n")
    sys.exit(code)


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tell_line(line: str) -> None:
    sys.stderr.write(line + "\n")


async def _stdin_lines() -> AsyncIterator[str]:
    """Lines of standard input, read by a thread: a slow writer holds up no answers, and an idle one no Ctrl-C."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue(READ_AHEAD_LINES)

    def read() -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody wants more
            while line := sys.stdin.buffer.readline():
                asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
            asyncio.run_coroutine_threadsafe(lines.put(b""), loop).result()

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while line := await lines.get():
        yield line.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
