"""Numbers or rows -> pictures, pages and cards; no arithmetic here."""
