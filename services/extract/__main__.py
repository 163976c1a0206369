"""`python -m services.extract`: from entries to articles."""

from services.extract.app import serve
from services.extract.settings import ExtractSettings
from services.kit.run import main

if __name__ == "__main__":
    main("extract", ExtractSettings, serve)
