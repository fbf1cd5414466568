"""PostgreSQL through asyncpg: the pool, migrations, named SQL."""
