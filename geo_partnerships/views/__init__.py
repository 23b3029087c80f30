"""What one audience may see."""
