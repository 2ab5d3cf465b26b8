// Text that is being written is kept in the browser until it is saved.
