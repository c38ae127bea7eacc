"""The pieces of a picture in two variables."""
