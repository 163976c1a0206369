"""Tags for articles: outlet, date, region and cited sources, each a pure function with its evidence."""
