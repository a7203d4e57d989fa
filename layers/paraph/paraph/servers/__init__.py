"""What the embedded hub signs with."""
