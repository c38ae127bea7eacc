"""The pieces of a picture in one variable."""
