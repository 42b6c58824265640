"""Listen to a heart sound; say what is heard, how surely, and when it cannot be told."""
