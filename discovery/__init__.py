"""Finding printers on the LAN, and being found."""
