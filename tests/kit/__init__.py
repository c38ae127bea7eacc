"""What several tests use: oracles, tables, generators, and the ways into a browser, node, a picture."""
