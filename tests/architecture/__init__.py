"""What architecture.md says of the house, read from the tree; each scanner is shown to catch."""
