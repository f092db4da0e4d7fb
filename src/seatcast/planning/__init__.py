"""Ways of adding seats, what they do, and which of them to choose."""
