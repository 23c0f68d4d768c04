-- Every key begins with the business, so that the tables can be spread over machines by it.

CREATE TABLE businesses (
    id         text PRIMARY KEY,
    -- The place in the feed that was given out last. Taken under this row's lock, so places follow
    -- commit order and have no gaps; a sequence would skip and overtake.
    seq        bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE records (
    business_id text NOT NULL REFERENCES businesses (id),
    collection  text NOT NULL,
    key         text NOT NULL,
    version     bigint NOT NULL,
    data        jsonb NOT NULL,
    deleted     boolean NOT NULL DEFAULT false,
    seq         bigint NOT NULL,
    updated_at  timestamptz NOT NULL,
    updated_by  text NOT NULL,
    PRIMARY KEY (business_id, collection, key)
);
CREATE UNIQUE INDEX records_feed ON records (business_id, seq);

-- What was applied for an op id. A refusal changes nothing and is worked out afresh.
CREATE TABLE sync_ops (
    business_id text NOT NULL REFERENCES businesses (id),
    op_id       text NOT NULL,
    digest      bytea NOT NULL,
    verdict     jsonb NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, op_id)
);

CREATE TABLE idempotency (
    business_id text NOT NULL REFERENCES businesses (id),
    key         text NOT NULL,
    digest      bytea NOT NULL,
    order_id    text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, key)
);

CREATE TABLE counters (
    business_id  text NOT NULL REFERENCES businesses (id),
    business_day text NOT NULL,
    channel      text NOT NULL,
    n            bigint NOT NULL,
    PRIMARY KEY (business_id, business_day, channel)
);

CREATE TABLE users (
    id            text PRIMARY KEY,
    email         text NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash text NOT NULL
);

CREATE TABLE memberships (
    user_id     text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    business_id text NOT NULL REFERENCES businesses (id),
    role        text NOT NULL CHECK (role IN ('staff', 'owner', 'admin')),
    PRIMARY KEY (user_id, business_id)
);

-- A family is one login. Its tokens replace one another; a used one stays, to be recognised.
CREATE TABLE refresh_tokens (
    token_hash  bytea PRIMARY KEY,
    family      text NOT NULL,
    user_id     text NOT NULL,
    business_id text NOT NULL,
    expires_at  timestamptz NOT NULL,
    used        boolean NOT NULL DEFAULT false,
    FOREIGN KEY (user_id, business_id) REFERENCES memberships ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id, business_id);

CREATE TABLE devices (
    id          text PRIMARY KEY,
    business_id text NOT NULL REFERENCES businesses (id),
    name        text NOT NULL,
    secret_hash bytea NOT NULL,
    paired_at   timestamptz NOT NULL
);

CREATE TABLE pairing_codes (
    code_hash   bytea PRIMARY KEY,
    business_id text NOT NULL REFERENCES businesses (id),
    expires_at  timestamptz NOT NULL
);

-- Which business a called number belongs to.
CREATE TABLE phone_numbers (
    number      text PRIMARY KEY,
    business_id text NOT NULL REFERENCES businesses (id)
);

-- Read and emptied by Centrifugo's own consumer; its columns are Centrifugo's.
CREATE TABLE centrifugo_outbox (
    id         bigserial PRIMARY KEY,
    method     text NOT NULL,
    payload    jsonb NOT NULL,
    partition  bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION wake_centrifugo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('centrifugo_partition_change', NEW.partition::text);
    RETURN NULL;
END $$;

CREATE TRIGGER wake_centrifugo AFTER INSERT ON centrifugo_outbox
    FOR EACH ROW EXECUTE FUNCTION wake_centrifugo();

-- PostgreSQL delivers a notification at commit, and a repeated one once a transaction.
CREATE FUNCTION wake_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('panbot_feed', NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER wake_feed AFTER UPDATE OF seq ON businesses
    FOR EACH ROW EXECUTE FUNCTION wake_feed();
