"""The quotation database: one SQLite file, built incrementally, corrected by hand, exported.

``build`` writes it, :func:`open_database` reads it; ``schema`` declares its tables, ``corrections`` is what people know
better, ``exports`` and ``networks`` are its ways out.
"""

from attribution.database.connection import DatabaseError, open_database

__all__ = ["DatabaseError", "open_database"]
