"""Asking the web: `Fetcher` sends one GET at a time, to public addresses only, within limits of time and size."""

from services.kit.http.answer import Fetched, Redirect
from services.kit.http.fetch import Fetcher

__all__ = ["Fetched", "Fetcher", "Redirect"]
