"""Charts of the desk: figures with their words, and from the same rows the picture, the table beside it and the CSV."""
