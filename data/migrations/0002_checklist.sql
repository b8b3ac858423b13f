-- 普法依法治理: what every unit of a level should have, which unit has it, and titles that are borne. Marks and titles may have a place of
-- their own.

CREATE TABLE checklist_items (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  item_id TEXT NOT NULL UNIQUE,
  item_group TEXT,
  unit_level INTEGER,
  title TEXT,
  title_en TEXT,
  clause TEXT,
  from_on DATE,
  from_on_precision TEXT,
  to_on DATE,
  to_on_precision TEXT
);

CREATE TABLE checklist_marks (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  mark_id TEXT NOT NULL UNIQUE,
  code TEXT,
  item_id TEXT,
  done BOOLEAN,
  done_on DATE,
  done_on_precision TEXT,
  note TEXT
);

CREATE TABLE honours (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  honour_id TEXT NOT NULL UNIQUE,
  code TEXT,
  kind TEXT,
  name TEXT,
  awarded_on DATE,
  awarded_on_precision TEXT,
  revoked_on DATE,
  revoked_on_precision TEXT,
  note TEXT
);

-- A project that began with the plan's targets gets the plan's lists, too: counted by the plan, to be named by the user.
INSERT INTO checklist_items (item_id, item_group, unit_level, clause)
  SELECT prefix || '-' || n, item_group, unit_level, '四（一）普法依法治理：区县“五个一”、乡镇“四个一”、村“三个一”'
  FROM (SELECT 'county' AS prefix, '五个一' AS item_group, 3 AS unit_level, 5 AS items UNION ALL SELECT 'township', '四个一', 4, 4
    UNION ALL SELECT 'village', '三个一', 5, 3) groups
  JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) numbers ON n <= items
  WHERE EXISTS (SELECT 1 FROM targets);
