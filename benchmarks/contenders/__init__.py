"""The same job done the usual ways, as their own documentation shows them."""
