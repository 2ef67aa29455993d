"""What people asked: redaction, log, misses and what was decided about them. No Flask."""
