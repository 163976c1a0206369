"""`python -m services.tag`: from articles to tagged articles."""

from services.kit.run import main
from services.tag.app import serve
from services.tag.settings import TagSettings

if __name__ == "__main__":
    main("tag", TagSettings, serve)
