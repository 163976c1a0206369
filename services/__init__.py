"""The programs of Dateline, one package each, and the plumbing they share in `kit`."""
