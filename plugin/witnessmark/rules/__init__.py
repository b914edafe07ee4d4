"""Board rules as data (`packs/*.yaml`) and the pure evaluator that reads hours through them."""
