"""The benchmark: `python -m tests.benchmarks` measures counts and ratios. No pytest test runs it."""
