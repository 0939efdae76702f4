"""Helpers of example programs, under the names of cc_executor."""
