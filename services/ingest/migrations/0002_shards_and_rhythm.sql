-- Hosts are sharded by registrable domain; a shard is held by a lease. The token is part of a key so that taking a
-- shard over, which changes it, waits for writes that hold FOR KEY SHARE on it, and renewing the lease does not.
CREATE TABLE ingest.shards (
    shard       integer PRIMARY KEY,
    token       bigint NOT NULL DEFAULT 0,
    owner       text,
    expires_at  timestamptz NOT NULL DEFAULT '-infinity',
    UNIQUE (shard, token)
);
INSERT INTO ingest.shards (shard) SELECT generate_series(0, 63);

CREATE TABLE ingest.members (
    owner       text PRIMARY KEY,
    expires_at  timestamptz NOT NULL
);

-- Registrable domains that have asked to be left alone.
CREATE TABLE ingest.blocked_domains (
    domain  text PRIMARY KEY,
    until   timestamptz NOT NULL
);

-- Each change of a subscription by an operator gets a number, in the order of their commits.
CREATE SEQUENCE ingest.edits;

ALTER TABLE ingest.feeds
    DROP COLUMN claimed_by,
    DROP COLUMN claimed_until,
    ADD COLUMN domain            text,
    ADD COLUMN shard             integer,
    ADD COLUMN edited            bigint NOT NULL DEFAULT nextval('ingest.edits'),
    ADD COLUMN site_url          text,
    ADD COLUMN asked_at          timestamptz,
    ADD COLUMN interval_s        double precision,
    ADD COLUMN reason            text,
    ADD COLUMN rate              double precision NOT NULL DEFAULT 0,
    ADD COLUMN rhythm            bytea,
    ADD COLUMN pieces            bytea NOT NULL DEFAULT '',
    ADD COLUMN parsed_at         timestamptz,
    ADD COLUMN last_item_at      timestamptz,
    ADD COLUMN silent_since      timestamptz,
    ADD COLUMN moved_to          text,
    ADD COLUMN moved_since       timestamptz,
    ADD COLUMN moved_polls       integer NOT NULL DEFAULT 0,
    ADD COLUMN moved_overlap     boolean,
    ADD COLUMN unconditional_at  timestamptz,
    ADD COLUMN unchanged         integer NOT NULL DEFAULT 0,
    ADD COLUMN unchanged_at      timestamptz,
    ADD COLUMN on_trial          boolean NOT NULL DEFAULT false,
    ADD COLUMN distrusted        text NOT NULL DEFAULT '',
    ADD COLUMN distrusted_at     timestamptz,
    ADD COLUMN strangers         integer NOT NULL DEFAULT 0,
    ADD COLUMN time_offset       bytea,
    ADD COLUMN proposed          text[] NOT NULL DEFAULT '{}';
CREATE INDEX feeds_shard ON ingest.feeds (shard) WHERE active;
CREATE INDEX feeds_edited ON ingest.feeds (edited);
DROP INDEX ingest.feeds_due;
DROP INDEX ingest.feeds_host;
