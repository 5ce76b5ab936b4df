"""Words: the language of a visitor, names for what stands in the tables, and runs said as commands."""
