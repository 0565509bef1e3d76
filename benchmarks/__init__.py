"""How fast the house is, measured side by side with something everybody can run: `make bench`."""
