"""What the widget costs the page of a clinic's website."""
