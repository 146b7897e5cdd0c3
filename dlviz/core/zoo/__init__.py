"""The famous networks: their graphs, their costs, and the challenge that they won."""
