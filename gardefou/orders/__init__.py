"""One order's life: propose, approve, hold, execute, void. The rulebook in force, and what plugs in from above."""
