"""What leaves the house in bulk: marked, counted, approved by a second person."""
