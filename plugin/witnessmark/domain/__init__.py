"""Values and decisions of clinical supervision. Pure: time, ids and randomness are arguments."""
