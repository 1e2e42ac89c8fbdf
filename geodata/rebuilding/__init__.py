"""Makes the shipped tables anew from a data folder, and checks them."""
