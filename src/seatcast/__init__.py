"""Which children will lack a public school seat, where, when and how surely; and the plan that seats them."""
