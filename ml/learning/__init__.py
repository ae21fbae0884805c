"""How a network learns from what people said: losses, steps, order, and what it tells of places."""
