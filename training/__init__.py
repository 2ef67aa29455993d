"""How the shipped embedding model is made: `python -m training --help`.

Nothing here is imported by the application.
"""
