"""auscult listens to a heart sound and says what it hears, how sure it is, and when it cannot tell."""
