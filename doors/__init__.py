"""What every door shares: services, who is asking, language, headers, errors, limits."""
