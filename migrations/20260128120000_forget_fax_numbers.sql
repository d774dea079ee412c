-- revision: 20260128120000
-- parents: 20260126083000
-- message: forget fax numbers
-- lossy: customers.fax: the numbers are gone, and nobody has dialled one since 2009

-- provision:up
ALTER TABLE customers DROP COLUMN fax;

-- provision:down
ALTER TABLE customers ADD COLUMN fax text;
