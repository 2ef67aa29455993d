"""Entries and topics: parse, validate, store, edit, and who may see them. No Flask, no vectors."""
