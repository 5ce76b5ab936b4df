"""What the sales of a list show: rates per tier and platform, partially pooled, with intervals."""
