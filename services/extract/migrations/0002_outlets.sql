-- What the pages of outlets usually give, so that a restart need not learn it again. Lost, it costs nothing but that.
CREATE TABLE extract.outlets (
    domain text PRIMARY KEY,
    learnt jsonb NOT NULL,
    met_at timestamptz NOT NULL
);
CREATE INDEX outlets_met_at ON extract.outlets (met_at);
