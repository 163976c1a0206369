"""Plumbing that knows no news: nothing in here may speak of feeds, articles or outlets."""
