-- The customer's number on an order, in E.164, whatever way it is written in the order itself;
-- empty for every other record, and where there is none. See `cloud.services.numbers`.
ALTER TABLE records ADD COLUMN phone text NOT NULL DEFAULT '';

-- Orders from before this column: what is written with its country is found; a number as it is
-- dialled within the country is not, until the order is written again.
UPDATE records
SET phone = regexp_replace(
    regexp_replace(data #>> '{customer,phone}', '[^0-9+]', '', 'g'), '^00', '+')
WHERE collection = 'order' AND data #>> '{customer,phone}' ~ '^\s*(\+|00)[0-9 ()/.-]{7,20}$';

-- A caller's orders by the day and the time, so that what a call asks reads a handful of rows.
CREATE INDEX orders_by_phone
    ON records (business_id, phone, (data ->> 'business_day'), (data ->> 'placed_at'))
    WHERE collection = 'order' AND phone <> '' AND NOT deleted
      AND data ->> 'status' <> 'cancelled';

CREATE INDEX phone_numbers_business ON phone_numbers (business_id);

-- One row a telephone call. `record` is a `domain.call.CallRecord`; the columns are what is asked
-- for. `forgotten`: it was kept for as long as the settings say, and holds no words, numbers or
-- names any more.
CREATE TABLE calls (
    business_id  text NOT NULL REFERENCES businesses (id),
    id           text NOT NULL,
    started_at   timestamptz NOT NULL,
    business_day text NOT NULL,
    outcome      text NOT NULL,
    record       jsonb NOT NULL,
    forgotten    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX calls_by_time ON calls (business_id, started_at, id);
CREATE INDEX calls_by_day ON calls (business_id, business_day, started_at, id);
CREATE INDEX calls_by_outcome ON calls (business_id, outcome, started_at, id);
-- Read across businesses, by the program that forgets.
CREATE INDEX calls_to_forget ON calls (started_at) WHERE NOT forgotten;
CREATE INDEX messages_to_forget ON records ((data ->> 'at'))
    WHERE collection = 'message' AND NOT deleted;
