"""Ingest: polls feeds and publishes each new or changed item once, as a record on `entries`."""
