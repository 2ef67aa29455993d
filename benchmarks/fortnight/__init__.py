"""A fortnight of a shop's traffic, played against the real site, and what the loop makes of it.

The program knows what each search meant and whether the shop answers it; the site does not.
``python -m benchmarks.fortnight --help`` says how to run it.
"""
