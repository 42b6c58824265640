"""A bundle's network, trained further on somebody's own recordings."""
