// Times in the reader's own zone.
