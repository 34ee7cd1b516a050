"""Training the line recogniser on made-up rows."""
