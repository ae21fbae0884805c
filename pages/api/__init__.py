"""The HTTP interface of the browser: small JSON, binary frames, never a figure."""
