-- revision: 20260112091500
-- parents: 20260109140000
-- message: give genres a table of their own

-- provision:up
-- Every genre that a book has becomes a row; its name is its code until someone writes a better one.
CREATE TABLE genres (
  code text NOT NULL PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO genres (code, name) SELECT DISTINCT genre, genre FROM books WHERE genre IS NOT NULL;
ALTER TABLE books ADD COLUMN genre_code text REFERENCES genres (code);
UPDATE books SET genre_code = genre;
ALTER TABLE books DROP COLUMN genre;

-- provision:down
ALTER TABLE books ADD COLUMN genre text;
UPDATE books SET genre = genre_code;
ALTER TABLE books DROP COLUMN genre_code;
DROP TABLE genres;
