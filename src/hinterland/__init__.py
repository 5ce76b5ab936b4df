"""Hinterland: where influencer marketing still has room."""
