"""One file a page, and the HTTP interface the pages' scripts talk to (`pages/api`)."""
