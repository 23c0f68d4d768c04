"""From a ticket to paper: template → document → ESC/POS, PDF or picture → printer."""
