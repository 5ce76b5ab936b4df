"""What pages are put together from: questions, tables, charts, and the map with its selection."""
