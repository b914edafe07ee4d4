"""Tests of what clinics hand in as files, expected values by hand."""
