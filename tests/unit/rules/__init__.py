"""Tests of the evaluator: facts made by short builders, packs written as YAML, sums by hand."""
