"""The learning core: tensors in, values out. It never saves, sleeps, prints or shows."""
