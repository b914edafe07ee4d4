"""Brings hosts to what the store says: deliver, pull, and the loop. The only coroutines inside."""
