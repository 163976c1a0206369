-- One row for each revision of an article: the record as it came, and the columns that people ask by.
CREATE TABLE store.articles (
    article_id    text NOT NULL,
    revision      integer NOT NULL,
    record        jsonb NOT NULL,
    title         text,
    url           text NOT NULL,
    host          text,
    origin        text,
    language      text,
    published_at  timestamptz,
    countries     text[] NOT NULL,
    tagged_at     timestamptz NOT NULL,
    stored_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (article_id, revision)
);
CREATE INDEX articles_published_at ON store.articles (published_at DESC);
CREATE INDEX articles_host ON store.articles (host, published_at DESC);
CREATE INDEX articles_countries ON store.articles USING gin (countries);

-- The newest revision of each article.
CREATE VIEW store.latest AS
    SELECT DISTINCT ON (article_id) * FROM store.articles ORDER BY article_id, revision DESC;

-- Who is cited where. Rows go and come with their article's revision.
CREATE TABLE store.sources (
    article_id  text NOT NULL,
    revision    integer NOT NULL,
    source_id   text NOT NULL,
    name        text,
    mention     text NOT NULL,
    kind        text NOT NULL,
    country     text,
    PRIMARY KEY (article_id, revision, source_id),
    FOREIGN KEY (article_id, revision) REFERENCES store.articles ON DELETE CASCADE
);
CREATE INDEX sources_name ON store.sources (lower(name));

-- Records that could not be handled, with their original bytes.
CREATE TABLE store.failures (
    failure_id  uuid PRIMARY KEY,
    trace_id    text NOT NULL,
    stage       text NOT NULL,
    code        text NOT NULL,
    message     text NOT NULL,
    retryable   boolean NOT NULL,
    topic       text NOT NULL,
    key         bytea,
    value       bytea,
    headers     jsonb NOT NULL,
    failed_at   timestamptz NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX failures_failed_at ON store.failures (failed_at DESC);

-- How each unit of work that entered the stream ended: `stored` or `failed`. A trace that is missing here is under way.
CREATE TABLE store.outcomes (
    trace_id    text PRIMARY KEY,
    outcome     text NOT NULL,
    article_id  text,
    revision    integer,
    code        text,
    at          timestamptz NOT NULL DEFAULT now()
);
