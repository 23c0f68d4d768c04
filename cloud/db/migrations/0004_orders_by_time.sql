-- A list of orders, newest first. Clients make ids of their own, so ids say nothing of the time.
CREATE INDEX orders_by_time ON records (business_id, (data ->> 'placed_at'), key)
    WHERE collection = 'order' AND NOT deleted;
