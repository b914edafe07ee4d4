"""Use cases: load, decide, save in one transaction. Reaches the world through ports alone."""
