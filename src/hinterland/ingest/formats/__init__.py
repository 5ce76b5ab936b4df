"""Kinds of files: what each reader opens, cut into slices that any process can read by itself."""
