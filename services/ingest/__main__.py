"""`python -m services.ingest`: from feeds to entries."""

from services.ingest.app import serve
from services.ingest.settings import IngestSettings
from services.kit.run import main

if __name__ == "__main__":
    main("ingest", IngestSettings, serve)
