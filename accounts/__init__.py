"""People, roles, passwords, sign-in links, API tokens; the sign-in views are in ``views``."""
