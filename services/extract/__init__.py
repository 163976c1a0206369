"""Extract: from the page behind an entry to an `Article`."""
