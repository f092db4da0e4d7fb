"""Seats, the order of admission, and who is left without one."""
