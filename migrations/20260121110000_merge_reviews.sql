-- revision: 20260121110000
-- parents: 20260120133000, 20260116150000
-- message: merge the reviews into the shop

-- provision:up
-- provision:down
