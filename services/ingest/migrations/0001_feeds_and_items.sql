-- The poller's memory. The schema itself is made by the migration runner.
CREATE TABLE ingest.feeds (
    feed_id          text PRIMARY KEY,
    url              text NOT NULL UNIQUE,
    host             text NOT NULL,
    title            text,
    active           boolean NOT NULL DEFAULT true,
    off_reason       text,
    added_at         timestamptz NOT NULL,
    next_poll_at     timestamptz NOT NULL,
    claimed_by       text,
    claimed_until    timestamptz,
    etag             text,
    last_modified    text,
    body_hash        text,
    failures         integer NOT NULL DEFAULT 0,
    gone             integer NOT NULL DEFAULT 0,
    last_error       text,
    error_logged_at  timestamptz,
    errors_unlogged  integer NOT NULL DEFAULT 0,
    last_polled_at   timestamptz,
    last_success_at  timestamptz,
    polls            bigint NOT NULL DEFAULT 0,
    entries          bigint NOT NULL DEFAULT 0,
    items            bigint NOT NULL DEFAULT 0
);
CREATE INDEX feeds_due ON ingest.feeds (next_poll_at) WHERE active;
CREATE INDEX feeds_host ON ingest.feeds (host);

-- One row for each item that a feed has shown. `entry` is the record as it was last published, as JSON text, so that it
-- can be published again byte for byte; null where none was (left out of a backlog, without link, too large).
CREATE TABLE ingest.items (
    feed_id        text NOT NULL REFERENCES ingest.feeds ON DELETE CASCADE,
    item_key       text NOT NULL,
    link_key       text,
    content_hash   text NOT NULL,
    changes        integer NOT NULL DEFAULT 0,
    title          text,
    published_raw  text,
    entry_id       text,
    trace_id       text,
    entry          text,
    entry_at       timestamptz,
    first_seen_at  timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL,
    PRIMARY KEY (feed_id, item_key)
);
CREATE INDEX items_link ON ingest.items (feed_id, link_key) WHERE link_key IS NOT NULL;
CREATE INDEX items_entry_at ON ingest.items (entry_at, feed_id, item_key) WHERE entry IS NOT NULL;
