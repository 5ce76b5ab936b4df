"""The server: how it is started, its routes, its door, and its memory."""
