"""The appliance in the restaurant: SQLite, printers, terminals, one link to the cloud."""
