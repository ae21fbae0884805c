"""Who is asking, and what they may do: checked on the server, before anything is done."""
