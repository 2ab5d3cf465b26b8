// The command palette and the help.
