"""Reports: HTML pages, charts, tables."""
