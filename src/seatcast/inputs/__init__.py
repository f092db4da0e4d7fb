"""Tables of a bureau: declared once, read, checked in full."""
