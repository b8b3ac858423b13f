-- 矛盾纠纷化解: which unit has a committee, how many mediators and cases; and whether a window has premises of its own (专门接待场所).

CREATE TABLE mediation (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  mediation_id TEXT NOT NULL UNIQUE,
  code TEXT,
  domain TEXT,
  date DATE,
  date_precision TEXT,
  committee BOOLEAN,
  mediators INTEGER,
  mediators_full INTEGER,
  cases INTEGER
);

ALTER TABLE service_points ADD COLUMN dedicated BOOLEAN;
