"""Case events enter and become one row per case; lists, figures, a live stream and the dashboard leave."""
