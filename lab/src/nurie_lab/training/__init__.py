"""Teach: shards in, released models out. The only room that knows torch."""
