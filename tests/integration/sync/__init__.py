"""The sync against a real store and hosts that misbehave on purpose."""
