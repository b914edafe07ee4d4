"""What a clinic hands in as files: case files, and hours and sessions as CSV."""
