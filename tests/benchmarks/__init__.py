"""The benchmark: `python -m tests.benchmarks` measures counts and ratios. No test of pytest."""
