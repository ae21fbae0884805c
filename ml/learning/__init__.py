"""How a network learns from what people said: losses, steps, order, and the one generator."""
