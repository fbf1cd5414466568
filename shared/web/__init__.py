"""HTTP: problems in two languages, strict bodies, paging, staff tokens, and the frame of every service's app."""
