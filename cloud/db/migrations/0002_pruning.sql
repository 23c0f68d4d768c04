-- What is remembered for retries is forgotten by age.
CREATE INDEX sync_ops_at ON sync_ops (at);
CREATE INDEX idempotency_at ON idempotency (at);
