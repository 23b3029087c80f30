"""Why no clustering keeps the rules: certificates and minimal conflicts."""
