"""Everything on one machine: broker, database, newsroom and the supervisor that runs them with the services."""
