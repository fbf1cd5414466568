"""The only callers of the SQL beside them: the projection, lists, figures, the live stream, reference data."""
