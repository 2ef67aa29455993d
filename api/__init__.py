"""Door 4: search and entries for programs, as JSON.

Promises the same engine and the same rules as the site. What a program may see comes from its
bearer token alone: cookies are ignored, no token means public, a bad token is refused.
Refuses parameters and fields that it does not know, so that none can be thought to widen a view.
"""

from api.blueprint import blueprint

__all__ = ["blueprint"]
