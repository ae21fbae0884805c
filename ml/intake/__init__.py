"""Decoding what people bring: files in, batches of samples out. No torch, no SQL, no network."""
