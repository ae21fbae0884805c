"""Networks: what they are put together from, kept as bytes, and asked, also without torch."""
