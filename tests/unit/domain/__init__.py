"""Tests of the domain: values and decisions, expected results by hand."""
