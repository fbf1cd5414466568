"""The only callers of intake's named SQL: one module per matter, beside its `.sql` file."""
