"""What runs beside the doors: telling the live stream, and making the projection again."""
