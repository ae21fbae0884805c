"""A backup of everything, made while people work, and how it comes back."""
