"""Text of a cell to a value: numbers, money, coordinates, audiences, dates, profile addresses."""
