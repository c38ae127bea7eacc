"""The pieces that pictures are made of."""
