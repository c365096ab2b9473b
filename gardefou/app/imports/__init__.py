"""Real data in: CSV, JSON lines, JSON, YAML, any of them gzipped. Streamed, checked row by row, safe to run twice."""
