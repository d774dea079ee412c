-- revision: 20260105090000
-- parents: base
-- message: create authors, formats and books

-- provision:up
CREATE TABLE authors (
  id integer NOT NULL PRIMARY KEY,
  name text NOT NULL UNIQUE,
  country text
);

CREATE TABLE formats (
  code text NOT NULL PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE books (
  isbn text NOT NULL PRIMARY KEY,
  title text NOT NULL,
  author_id integer NOT NULL REFERENCES authors (id),
  format_code text NOT NULL REFERENCES formats (code),
  price_cents integer NOT NULL CHECK (price_cents >= 0),
  published integer,
  genre text
);

-- provision:down
DROP TABLE books;
DROP TABLE formats;
DROP TABLE authors;
