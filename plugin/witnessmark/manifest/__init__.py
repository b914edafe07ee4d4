"""What the plugin declares of itself: choices, not computations. Knows no adapter."""
