"""Which worker takes what next: fair between projects, by priority and by device."""
