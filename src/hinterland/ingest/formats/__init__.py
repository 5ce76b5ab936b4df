"""Kinds of files: what each reader opens, cut into chunks that any process can read by itself."""
