"""Evidence, under the names of cc_executor."""
