-- When a failure was last sent to its topic again.
ALTER TABLE store.failures ADD COLUMN replayed_at timestamptz;
