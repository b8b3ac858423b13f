-- The tables of a project. Every table of records has the integer key fid, for GIS programs, and one business key: unique text, the
-- first column after geom. A DATE holds the last day that the date may mean; its _precision says "month" or "year" when the source knew
-- no day. NULL is "not known" or "not stated", never zero.

CREATE TABLE admin_units (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom MULTIPOLYGON,
  code TEXT NOT NULL UNIQUE,
  name TEXT,
  name_ug TEXT,
  name_en TEXT,
  level INTEGER,
  kind TEXT,
  urban_rural TEXT,
  parent TEXT,
  valid_from DATE,
  valid_from_precision TEXT,
  valid_to DATE,
  valid_to_precision TEXT,
  statutory BOOLEAN
);

CREATE TABLE settlements (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  settlement_id TEXT NOT NULL UNIQUE,
  code TEXT,
  name TEXT,
  people INTEGER,
  people_source TEXT,
  people_year INTEGER,
  elderly INTEGER,
  disabled INTEGER,
  minor INTEGER,
  low_income INTEGER,
  unemployed INTEGER,
  migrant INTEGER,
  women INTEGER,
  urban_rural TEXT,
  quality TEXT
);

CREATE TABLE host_sites (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  host_id TEXT NOT NULL UNIQUE,
  kind TEXT,
  name TEXT,
  code TEXT,
  address TEXT,
  coord_source TEXT,
  quality TEXT,
  set_up_cost REAL,
  ready BOOLEAN
);

CREATE TABLE service_points (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  point_id TEXT NOT NULL UNIQUE,
  host_id TEXT REFERENCES host_sites(host_id) DEFERRABLE INITIALLY DEFERRED,
  name TEXT,
  tier TEXT,
  level TEXT,
  status TEXT,
  code TEXT,
  planned_on DATE,
  planned_on_precision TEXT,
  opened_on DATE,
  opened_on_precision TEXT,
  accepted_on DATE,
  accepted_on_precision TEXT,
  closed_on DATE,
  closed_on_precision TEXT,
  area_m2 REAL,
  staff_full INTEGER,
  staff_part INTEGER,
  bilingual BOOLEAN,
  board BOOLEAN,
  book_corner BOOLEAN,
  street_front BOOLEAN,
  ground_floor BOOLEAN,
  accessible BOOLEAN,
  opening_hours TEXT
);
CREATE INDEX service_points_host ON service_points(host_id);

CREATE TABLE roads (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom LINESTRING,
  way_id INTEGER,
  name TEXT,
  highway TEXT,
  ref TEXT,
  oneway TEXT,
  junction TEXT,
  maxspeed TEXT,
  surface TEXT,
  bridge TEXT,
  tunnel TEXT,
  layer TEXT,
  access TEXT,
  foot TEXT,
  bicycle TEXT,
  motor_vehicle TEXT,
  service TEXT,
  route TEXT,
  tags TEXT,
  node_ids BLOB
);

CREATE TABLE road_nodes (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  node_id INTEGER NOT NULL,
  tags TEXT
);

CREATE TABLE road_restrictions (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  restriction_id INTEGER NOT NULL,
  kind TEXT,
  from_way INTEGER,
  via_node INTEGER,
  via_ways TEXT,
  to_way INTEGER,
  except_vehicles TEXT,
  vehicle TEXT
);

CREATE TABLE code_changes (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code_change_id TEXT NOT NULL UNIQUE,
  old_code TEXT,
  new_code TEXT,
  year INTEGER
);

CREATE TABLE offers (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  offer_id TEXT NOT NULL UNIQUE,
  point_id TEXT REFERENCES service_points(point_id) DEFERRABLE INITIALLY DEFERRED,
  service TEXT,
  mode TEXT,
  opening_hours TEXT,
  next_visit DATE,
  next_visit_precision TEXT
);
CREATE INDEX offers_point ON offers(point_id);

CREATE TABLE advisers (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  adviser_id TEXT NOT NULL UNIQUE,
  kind TEXT,
  firm TEXT,
  base_host TEXT,
  languages TEXT,
  capacity INTEGER
);

CREATE TABLE assignments (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  assignment_id TEXT NOT NULL UNIQUE,
  village TEXT,
  adviser_id TEXT,
  from_on DATE,
  from_on_precision TEXT,
  to_on DATE,
  to_on_precision TEXT,
  visits_planned INTEGER,
  visits_done INTEGER
);

CREATE TABLE pairings (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  pairing_id TEXT NOT NULL UNIQUE,
  post_id TEXT,
  partner_id TEXT,
  from_on DATE,
  from_on_precision TEXT,
  to_on DATE,
  to_on_precision TEXT,
  visits INTEGER
);

CREATE TABLE circuits (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  circuit_id TEXT NOT NULL UNIQUE,
  name TEXT,
  owner TEXT,
  service TEXT,
  stops TEXT,
  interval_days INTEGER,
  first_date DATE,
  first_date_precision TEXT
);

CREATE TABLE calls (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  call_id TEXT NOT NULL UNIQUE,
  code TEXT,
  month DATE,
  month_precision TEXT,
  calls INTEGER
);

CREATE TABLE targets (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  target_id TEXT NOT NULL UNIQUE,
  indicator TEXT,
  unit_level INTEGER,
  unit TEXT,
  year INTEGER,
  op TEXT,
  value REAL,
  clause TEXT
);

CREATE TABLE measures (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  measure_id TEXT NOT NULL UNIQUE,
  indicator TEXT,
  unit TEXT,
  date DATE,
  date_precision TEXT,
  num REAL,
  den REAL,
  value REAL,
  source TEXT
);

CREATE TABLE scenarios (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  scenario_id TEXT NOT NULL UNIQUE,
  name TEXT,
  base TEXT,
  note TEXT,
  edits TEXT,
  created_at TEXT
);

CREATE TABLE circle_rules (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  rule_id TEXT NOT NULL UNIQUE,
  name TEXT,
  body TEXT
);

-- What follows is the program's own bookkeeping.

CREATE TABLE lawcircle_restricted (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  restricted_id TEXT NOT NULL UNIQUE,
  subject_table TEXT,
  subject_id TEXT,
  field TEXT,
  value TEXT
);

CREATE TABLE lawcircle_access_log (
  access_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  purpose TEXT NOT NULL,
  rows INTEGER NOT NULL
);

CREATE TABLE lawcircle_meta (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE lawcircle_files (
  name TEXT PRIMARY KEY NOT NULL,
  digest TEXT NOT NULL,
  content BLOB NOT NULL
);

CREATE TABLE lawcircle_changes (
  change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  sheet TEXT,
  row_count INTEGER NOT NULL DEFAULT 0,
  roads_changed BOOLEAN NOT NULL DEFAULT 0,
  undoes INTEGER REFERENCES lawcircle_changes(change_id),
  undone_by INTEGER REFERENCES lawcircle_changes(change_id)
);

-- One row: which change is being written by the transaction under way; 0 between transactions.
CREATE TABLE lawcircle_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  change_id INTEGER NOT NULL
);
INSERT INTO lawcircle_state VALUES (1, 0);

-- How often each table has changed, by whatever program.
CREATE TABLE lawcircle_clock (
  table_name TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO lawcircle_clock VALUES ('', 1);

-- Digests of content, with the revision for which they were computed.
CREATE TABLE lawcircle_digests (
  content TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  digest TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE lawcircle_runs (
  run_id TEXT PRIMARY KEY NOT NULL,
  at TEXT NOT NULL,
  run TEXT NOT NULL,
  result TEXT
);

CREATE TABLE lawcircle_run_layers (
  table_name TEXT PRIMARY KEY NOT NULL,
  run_id TEXT NOT NULL REFERENCES lawcircle_runs(run_id) ON DELETE CASCADE,
  layer TEXT NOT NULL,
  UNIQUE (run_id, layer)
);
