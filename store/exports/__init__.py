"""Everything a project gives away: tables, arrays, and itself as one archive."""
