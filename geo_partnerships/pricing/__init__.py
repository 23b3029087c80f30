"""What each rule and each move costs."""
