"""Mutants of the rules: which changes to the evaluator the unit tests would not notice."""
