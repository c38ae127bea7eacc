"""What the names of packages stand for when a file is read, a file for each family; `named` finds them."""
