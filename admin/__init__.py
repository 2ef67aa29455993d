"""Door 3, the editor's rooms."""
