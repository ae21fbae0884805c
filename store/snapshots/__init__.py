"""What the network of a snapshot makes of samples and of places on its map."""
