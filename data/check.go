package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lawcircle/coverage"
	"lawcircle/data/gpkg"
	"lawcircle/geo/road"
)

// Severity tells how bad a finding is.
type Severity string

// Severities, worst first.
const (
	SeverityError   Severity = "error"   // damage: figures may be wrong or the file may not open elsewhere
	SeverityWarning Severity = "warning" // something leads nowhere or contradicts itself
	SeverityNote    Severity = "note"    // worth knowing
)

// Finding is one thing that a check found, with what to do about it, in Chinese and English.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`  // stable: "gpkg", "sqlite", "reference", …
	Table    string   `json:"table"` // where, "" for the file as a whole
	Zh       string   `json:"zh"`
	En       string   `json:"en"`
	RemedyZh string   `json:"remedy_zh"`
	RemedyEn string   `json:"remedy_en"`
}

// Check examines the whole project: the database, the requirements of the GeoPackage standard, the spatial indexes, the log, the records
// and what they refer to, attachments, kept runs and compiled roads. It changes nothing. An error means that the check could not be done.
// Cost: several passes over the file.
func (p *Project) Check(ctx context.Context) ([]Finding, error) {
	c := &projectCheck{ctx: ctx, project: p}
	err := p.snapshot(ctx, func(tx *sql.Tx) error {
		c.tx = tx
		for _, step := range []func() error{c.database, c.standard, c.bookkeeping, c.records, c.references, c.roads, c.attachments, c.runs} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, gpkg.ErrNotGeoPackage) {
		return c.findings, nil // said among the findings; nothing else can be told
	}
	if err == nil {
		err = c.compiledRoads()
	}
	if err != nil {
		return c.findings, fmt.Errorf("checking %s: %w", p.path, err)
	}
	order := []Severity{SeverityError, SeverityWarning, SeverityNote}
	slices.SortStableFunc(c.findings, func(a, b Finding) int { return slices.Index(order, a.Severity) - slices.Index(order, b.Severity) })
	return c.findings, nil
}

const (
	repairZh = "运行 lawcircle check --repair"
	repairEn = "run lawcircle check --repair"
)

type projectCheck struct {
	ctx      context.Context
	project  *Project
	tx       *sql.Tx
	findings []Finding
}

func (c *projectCheck) add(f Finding) { c.findings = append(c.findings, f) }

// database asks SQLite itself.
func (c *projectCheck) database() error {
	faults, err := textColumn(c.ctx, c.tx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return err
	}
	for _, fault := range faults {
		if fault != "ok" {
			c.add(Finding{SeverityError, "sqlite", "", "数据库损坏：" + fault, "the database is damaged: " + fault,
				"从备份恢复；或用 sqlite3 的 .recover 导出后重新导入", "restore a backup, or salvage with .recover of sqlite3 and import again"})
		}
	}
	broken, err := textColumn(c.ctx, c.tx, `SELECT "table" || ' ' || ifnull(rowid, '') || ' → ' || parent FROM pragma_foreign_key_check LIMIT 20`)
	for _, what := range broken {
		c.add(Finding{SeverityError, "foreign_key", "", "引用的记录不存在：" + what, "a record refers to one that does not exist: " + what,
			"补上被引用的记录，或清空该引用", "add the record referred to, or clear the reference"})
	}
	return err
}

// standard checks the requirements of the GeoPackage standard.
func (c *projectCheck) standard() error {
	if ext := strings.ToLower(filepath.Ext(c.project.path)); ext != ".gpkg" {
		c.add(Finding{SeverityNote, "gpkg", "", "文件扩展名不是 .gpkg", "the name of the file does not end in .gpkg",
			"改名为 .gpkg，GIS 软件才认得", "rename it to .gpkg, so that GIS programs know it"})
	}
	problems, err := gpkg.Check(c.ctx, c.tx)
	for _, p := range problems {
		remedyZh, remedyEn := "在 GIS 软件中修正该记录，或撤销造成它的改动", "repair the record in a GIS program, or undo the change that made it"
		if p.Requirement == "R77" || p.Requirement == "R13" {
			remedyZh, remedyEn = repairZh, repairEn
		}
		c.add(Finding{SeverityError, "gpkg", p.Table, p.Zh + "（" + p.Requirement + "）", p.En + " (" + p.Requirement + ")", remedyZh, remedyEn})
	}
	return err
}

// bookkeeping checks that the log and the clocks would see every change.
func (c *projectCheck) bookkeeping() error {
	var open int64
	if err := c.tx.QueryRowContext(c.ctx, `SELECT change_id FROM lawcircle_state`).Scan(&open); err != nil || open != 0 {
		c.add(Finding{SeverityError, "log", "lawcircle_state", "改动记录的状态异常", "the state of the log is not what it is between changes", repairZh, repairEn})
	}
	for _, t := range keyedTables() {
		names, _, err := columnsOf(c.ctx, c.tx, t.name)
		if err != nil {
			return err
		}
		if err := errors.Join(c.triggers(t.name, historyTriggers(t.name, t.key, names)), c.triggers(t.name, clockTriggers(t.name))); err != nil {
			return err
		}
	}
	for _, name := range roadTables() {
		if err := c.triggers(name, clockTriggers(name)); err != nil {
			return err
		}
	}
	return nil
}

func (c *projectCheck) triggers(table string, want map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		got, err := textColumn(c.ctx, c.tx, `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?`, name)
		if err != nil {
			return err
		}
		if len(got) != 1 || got[0] != want[name] {
			c.add(Finding{SeverityError, "log", table, "改动记录的触发器缺失或被改动：" + name, "a trigger of the log is missing or was changed: " + name,
				repairZh, repairEn})
		}
	}
	return nil
}

// records reads every record as the program would.
func (c *projectCheck) records() error {
	county := &coverage.County{}
	if err := readCounty(c.ctx, c.tx, county); err != nil {
		c.add(Finding{SeverityError, "record", "", "有记录无法读取：" + err.Error(), "a record cannot be read: " + err.Error(),
			"在 GIS 软件中修正或删除该记录", "correct or delete the record in a GIS program"})
		return c.ctx.Err()
	}
	c.vocabularies()
	return nil
}

// vocabularies finds codes that other programs wrote and that this one does not know.
func (c *projectCheck) vocabularies() {
	for _, layer := range layers() {
		for _, column := range layer.Columns {
			if column.Constraint == "" {
				continue
			}
			unknown, err := textColumn(c.ctx, c.tx, `SELECT DISTINCT CAST(`+column.Name+` AS TEXT) FROM `+layer.Table+` WHERE `+column.Name+` NOTNULL AND `+
				column.Name+` NOT IN (SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = ?) LIMIT 5`, column.Constraint)
			if err == nil && len(unknown) > 0 {
				c.add(Finding{SeverityWarning, "code", layer.Table, fmt.Sprintf("字段 %s 有未知代码：%s", column.Name, strings.Join(unknown, "、")),
					fmt.Sprintf("column %s holds unknown codes: %s", column.Name, strings.Join(unknown, ", ")), "改为列表中的代码", "change them to codes of the list"})
			}
		}
	}
}

// references finds what leads nowhere without a foreign key.
func (c *projectCheck) references() error {
	for _, r := range []struct{ table, zh, en, query string }{
		{"settlements", "居民点的区划代码不在行政区划中", "settlements have unit codes that are not among the units",
			`SELECT code AS id FROM settlements WHERE code NOTNULL AND code NOT IN (SELECT code FROM admin_units) AND EXISTS (SELECT 1 FROM admin_units)`},
		{"admin_units", "行政区划的上级不存在", "units below the highest level have a parent that does not exist",
			`SELECT code AS id FROM admin_units WHERE parent NOTNULL AND parent NOT IN (SELECT code FROM admin_units)
				AND level > (SELECT min(level) FROM admin_units)`},
		{"service_points", "非流动服务点没有依托场所", "points that are not mobile stand in no host", `SELECT point_id AS id FROM service_points WHERE host_id IS NULL AND ifnull(tier, '') != 'mobile'`},
		{"assignments", "顾问安排中的顾问不存在", "assignments name advisers that do not exist", `SELECT adviser_id AS id FROM assignments WHERE adviser_id NOT IN (SELECT adviser_id FROM advisers)`},
		{"pairings", "结对的警务站不存在", "pairings name posts that do not exist", `SELECT post_id AS id FROM pairings WHERE post_id NOT IN (SELECT host_id FROM host_sites)`},
		{"scenarios", "方案的基础方案不存在", "scenarios are derived from ones that do not exist", `SELECT scenario_id AS id FROM scenarios WHERE base NOTNULL AND base NOT IN (SELECT scenario_id FROM scenarios)`},
	} {
		var count int
		var example sql.NullString
		if err := c.tx.QueryRowContext(c.ctx, `SELECT count(*), min(CAST(id AS TEXT)) FROM (`+r.query+`)`).Scan(&count, &example); err != nil {
			return fmt.Errorf("checking references of %s: %w", r.table, err)
		}
		if count > 0 {
			c.add(Finding{SeverityWarning, "reference", r.table, fmt.Sprintf("%s：%d 条，如 %s", r.zh, count, example.String), fmt.Sprintf("%s: %d, such as %s", r.en, count, example.String),
				"补充缺少的记录或更正代码", "add what is missing or correct the codes"})
		}
	}
	return nil
}

// roads reads the network and compares it with its digest.
func (c *projectCheck) roads() error {
	network := &road.Network{}
	if err := readNetwork(c.ctx, c.tx, network); err != nil {
		c.add(Finding{SeverityError, "roads", "roads", "道路无法读取：" + err.Error(), "the roads cannot be read: " + err.Error(),
			"重新导入道路，或在 GIS 软件中修正该道路", "import the roads again, or correct the road in a GIS program"})
		return c.ctx.Err()
	}
	if err := c.roadsMissing(network); err != nil {
		return err
	}
	revision, err := revisionOf(c.ctx, c.tx, roadTables())
	if err != nil {
		return err
	}
	kept, err := textColumn(c.ctx, c.tx, `SELECT digest FROM lawcircle_digests WHERE content = 'roads' AND revision = ?`, revision)
	if err == nil && len(kept) == 1 && kept[0] != network.Digest() {
		c.add(Finding{SeverityError, "digest", "roads", "道路内容与其摘要不符：文件被不经触发器地改动过", "the roads do not fit their digest: the file was changed behind the triggers",
			"重新导入道路", "import the roads again"})
	}
	return err
}

// roadsMissing finds a project in which settlements wait for roads: its figures would be straight walks only.
func (c *projectCheck) roadsMissing(network *road.Network) error {
	if len(network.Ways) > 0 {
		return nil
	}
	var settlements int
	if err := c.tx.QueryRowContext(c.ctx, `SELECT count(*) FROM settlements`).Scan(&settlements); err != nil {
		return fmt.Errorf("counting settlements: %w", err)
	}
	if settlements > 0 {
		c.add(Finding{SeverityWarning, "no_roads", "roads", "尚未导入道路：覆盖只按直线步行计算，其余居民点无法判定", "no roads imported: coverage is of straight walks only, all other settlements are unknown",
			"用 lawcircle import roads 导入道路", "import roads with lawcircle import roads"})
	}
	return nil
}

// attachments compares attached files with their digests.
func (c *projectCheck) attachments() error {
	rows, err := c.tx.QueryContext(c.ctx, `SELECT name, digest, content FROM lawcircle_files ORDER BY name`)
	if err != nil {
		return fmt.Errorf("reading attachments: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, digest string
		var content sql.RawBytes
		if err := rows.Scan(&name, &digest, &content); err != nil {
			return fmt.Errorf("reading attachments: %w", err)
		}
		if sumOf(content) != digest {
			c.add(Finding{SeverityError, "digest", "lawcircle_files", "附件 " + name + " 与其摘要不符", "attachment " + name + " does not fit its digest", "重新附加该文件", "attach the file again"})
		}
	}
	return rows.Err()
}

// runs looks for layers without a run, runs without their layers, and runs on data that have changed since.
func (c *projectCheck) runs() error {
	orphans, err := textColumn(c.ctx, c.tx, `SELECT table_name FROM gpkg_contents WHERE table_name GLOB 'run_*' AND table_name NOT IN (SELECT table_name FROM lawcircle_run_layers)`)
	if err != nil {
		return err
	}
	for _, table := range orphans {
		c.add(Finding{SeverityWarning, "orphan", table, "结果图层没有对应的运行记录", "a result layer belongs to no run", "在 GIS 软件中删除该图层", "delete the layer in a GIS program"})
	}
	lost, err := textColumn(c.ctx, c.tx, `SELECT table_name FROM lawcircle_run_layers WHERE table_name NOT IN (SELECT name FROM sqlite_schema)`)
	if err != nil {
		return err
	}
	for _, table := range lost {
		c.add(Finding{SeverityWarning, "orphan", table, "运行的结果图层已不存在", "a layer of a run is gone", "重新计算该运行，或删除它", "compute the run again, or delete it"})
	}
	return c.staleRuns()
}

func (c *projectCheck) staleRuns() error {
	for _, content := range []string{"data", "roads"} {
		tables := dataTables()
		if content == "roads" {
			tables = roadTables()
		}
		revision, err := revisionOf(c.ctx, c.tx, tables)
		if err != nil {
			return err
		}
		stale, err := textColumn(c.ctx, c.tx, `SELECT run_id FROM lawcircle_runs, lawcircle_digests d WHERE d.content = ?1 AND d.revision = ?2
			AND ifnull(run ->> ('$.' || ?1 || '_digest'), '') NOT IN ('', d.digest) ORDER BY run_id`, content, revision)
		if err != nil {
			return err
		}
		for _, id := range stale {
			c.add(Finding{SeverityNote, "stale", "", "运行 " + id + " 依据的数据此后有改动（" + content + "）", "run " + id + " was computed from " + content + " that have changed since",
				"需要新数字时重新计算", "compute again when new figures are needed"})
		}
	}
	return nil
}

// compiledRoads checks the cache beside the file.
func (c *projectCheck) compiledRoads() error {
	entries, err := os.ReadDir(c.project.graphFolder())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the folder of compiled roads: %w", err)
	}
	for _, entry := range entries {
		path := filepath.Join(c.project.graphFolder(), entry.Name())
		content, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(path, graphSuffix) {
			err = road.Verify(content)
		}
		if err != nil {
			c.add(Finding{SeverityWarning, "cache", "", "编译的路网损坏：" + path, "a compiled road graph is damaged: " + path + ": " + err.Error(),
				"删除它，下次会自动重建", "delete it; it is built again when needed"})
		}
	}
	return nil
}
