"""Helpers, under the names of cc_executor."""
