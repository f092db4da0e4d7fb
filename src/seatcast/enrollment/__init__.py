"""Pupils: rolls by school and grade, and children who seek a public seat."""
