"""The maths: torch and numpy only; usable and readable in a notebook."""
