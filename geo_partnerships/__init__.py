"""Group schools into school improvement partnerships and show them on maps."""
