"""Examples → a fitted model → a run folder and a bundle; resumable, reproducible, torch inside."""
