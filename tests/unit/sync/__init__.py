"""The decisions of the sync."""
