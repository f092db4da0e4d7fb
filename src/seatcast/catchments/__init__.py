"""Catchments: where things lie, which children belong where, and how one year's map becomes another's."""
