"""The ways of changing seats that seatcast knows, one class a kind: each says in one effect what it does."""
