# Made from _async/__init__.py by scripts/generate.py; do not edit.
"""The asynchronous client, from which the synchronous one is made."""
