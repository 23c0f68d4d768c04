-- What a business's file said of each record when it was loaded last: the common ground of the file
-- and of what people have edited since, without which one of them would have to overwrite the other.
CREATE TABLE loaded (
    business_id text NOT NULL REFERENCES businesses (id),
    collection  text NOT NULL,
    key         text NOT NULL,
    data        jsonb NOT NULL,
    PRIMARY KEY (business_id, collection, key)
);

-- What was loaded and not edited since is what the file said. Of the rest nobody knows; its edits
-- stand until somebody says `--overwrite`.
INSERT INTO loaded (business_id, collection, key, data)
SELECT business_id, collection, key, data FROM records
WHERE updated_by = 'load' AND NOT deleted;
