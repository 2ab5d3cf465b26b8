// The keyboard: one key for each thing that is done often.
