"""Office sheets both ways: `rules` reads words and cells, `book` the file, `kinds` what a sheet says, `importing` keeps it."""
