"""An example of everything that can be added to Hinterland from outside."""
