"""What people and hosts touch: files, pages, events. Reaches the store through use cases."""
