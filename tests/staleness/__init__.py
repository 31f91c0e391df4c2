"""The rule table of what makes a document stale: one row a case, one module for each sort of change."""
