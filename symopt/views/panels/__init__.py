"""The panels beside and below a picture."""
