"""Door 4, REST for programs."""
