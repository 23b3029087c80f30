"""Large neighbourhood search, simulated annealing and repair."""
