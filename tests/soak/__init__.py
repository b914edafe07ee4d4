"""Months of bad luck in a minute: lost answers and killed processes, judged by the host alone."""
