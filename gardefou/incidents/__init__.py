"""When enforcement itself has gone wrong: declare, investigate, state publicly, stand down."""
