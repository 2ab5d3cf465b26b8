// Results while one types.
