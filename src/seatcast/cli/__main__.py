"""`python -m seatcast.cli`, where the command itself is not on the path."""

from seatcast.cli import main

main()
