"""Door 2, the chat agent's desk."""
