"""The programme of a plan: what to start now, and who is left out in every future."""
