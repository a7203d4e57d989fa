"""The seams of the house: one Protocol a file."""
