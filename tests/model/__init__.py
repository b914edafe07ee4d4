"""The whole of sync against a model of fifty lines, under every fault we know to name."""
