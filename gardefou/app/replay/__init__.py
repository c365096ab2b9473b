"""Play a recorded incident twice: as it happened, and under the rulebook in force."""
