-- Identity of articles. A row is saved before its record is published, so that a crash between repeats and never loses.
CREATE TABLE extract.articles (
    article_id     text PRIMARY KEY,
    canonical_url  text NOT NULL,
    revision       integer NOT NULL CHECK (revision >= 1),
    content_hash   text NOT NULL,
    discovered_via jsonb NOT NULL,
    first_seen_at  timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    next_check     timestamptz
);
