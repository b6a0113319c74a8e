"""Films: drawings of one cast, matched with their neighbours once, coloured everywhere at once."""
