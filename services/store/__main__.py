"""`python -m services.store`: from tagged articles and failures to the database."""

from services.kit.run import main
from services.store.app import serve
from services.store.settings import StoreSettings

if __name__ == "__main__":
    main("store", StoreSettings, serve)
