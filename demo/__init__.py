"""All of PanBot on one machine, with virtual printers and a sample restaurant."""
