"""The words, events and reference data that services exchange: frozen pydantic models, nothing that acts."""
