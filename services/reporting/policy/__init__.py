"""Pure decisions: how a fact changes a case's row, which figures a row belongs to, and how figures are made."""
