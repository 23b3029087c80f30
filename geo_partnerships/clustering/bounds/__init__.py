"""Lower bounds: Lagrangian relaxation, cuts, linear relaxation, column generation."""
