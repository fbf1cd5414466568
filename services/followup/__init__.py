"""followup: routed complaints and what passengers ask enter; cases with clocks, their facts and answers leave."""
