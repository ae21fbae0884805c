"""What stands between a connection and a route: layers of ASGI, and how a request is read."""
