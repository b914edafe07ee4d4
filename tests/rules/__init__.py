"""Board rules, read whole: vectors, edges, laws."""
