"""Births, migration, and the children that follow from them."""
