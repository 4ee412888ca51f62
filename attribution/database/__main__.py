"""Print the schema: python -m attribution.database > db/schema.sql"""

from attribution.database.schema import schema_sql

print(schema_sql(), end="")
