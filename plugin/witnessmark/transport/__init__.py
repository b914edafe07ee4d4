"""The two drivers, credentials and the guard. Only `blocking` and `concurrent` open sockets."""
