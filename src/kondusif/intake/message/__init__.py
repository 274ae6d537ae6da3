"""Reading a free message: what it says of time, place, kind, people and source, each with its words and confidence. Pure."""
