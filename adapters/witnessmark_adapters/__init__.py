"""One folder per host: maps the plugin's records to what that host speaks."""
