"""The four services of the passenger-service centre: intake → routing → followup → reporting."""
