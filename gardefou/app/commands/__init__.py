"""The command line, one file per group of commands. Handlers parse, call a verb, print."""
