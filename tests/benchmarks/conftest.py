"""Benchmarks are run by hand, not collected as tests."""

collect_ignore_glob = ["*.py"]
