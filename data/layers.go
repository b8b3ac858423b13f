package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"lawcircle/coverage"
	"lawcircle/data/gpkg"
)

// layers describes the tables of a project to people and to GIS programs. Columns are listed as "name 中文名", with "=vocabulary" where
// they hold codes.
func layers() []gpkg.Layer {
	layer := func(table, geometry, title, description, columns string) gpkg.Layer {
		return gpkg.Layer{Table: table, GeometryType: geometry, Title: title, Description: description, Columns: describe(columns)}
	}
	return []gpkg.Layer{
		layer("admin_units", "MULTIPOLYGON", "行政区划", "Administrative units", `code 区划代码; name 名称; name_ug 维吾尔文名称; name_en 英文名称;
			level 级别; kind 类型 =unit_kind; urban_rural 城乡分类; parent 上级代码; valid_from 设立日期; valid_from_precision 设立日期精度;
			valid_to 撤销日期; valid_to_precision 撤销日期精度; statutory 法定区划`),
		layer("settlements", "POINT", "居民点", "Settlements with people", `settlement_id 居民点编号; code 区划代码; name 名称; people 人口;
			people_source 人口来源; people_year 人口年份; elderly 老年人; disabled 残疾人; minor 未成年人; low_income 低收入家庭; unemployed 下岗失业;
			migrant 农民工; women 妇女; urban_rural 城乡分类; quality 坐标质量`),
		layer("host_sites", "POINT", "依托场所", "Premises where a service point stands or could stand", `host_id 场所编号; kind 类型 =host_kind;
			name 名称; code 区划代码; address 地址; coord_source 坐标来源; quality 坐标质量; set_up_cost 建点费用（元）; ready 条件成熟`),
		layer("service_points", "POINT", "服务点", "Public legal service points", `point_id 服务点编号; host_id 场所编号; name 名称; tier 层级 =tier;
			level 服务级别 =service_level; status 状态 =status; code 区划代码; planned_on 计划日期; planned_on_precision 计划日期精度; opened_on 挂牌日期;
			opened_on_precision 挂牌日期精度; accepted_on 验收日期; accepted_on_precision 验收日期精度; closed_on 停用日期;
			closed_on_precision 停用日期精度; area_m2 面积（平方米）; staff_full 专职人数; staff_part 兼职人数; bilingual 双语; board 公示牌;
			book_corner 法律图书角; street_front 临街; ground_floor 一层; accessible 无障碍; dedicated 专门接待场所; opening_hours 开放时间`),
		layer("roads", "LINESTRING", "道路", "Roads and ferry lines from OpenStreetMap", `way_id OSM编号; name 名称; highway 道路等级; ref 路线编号;
			oneway 单行; junction 交叉口; maxspeed 限速; surface 路面; bridge 桥梁; tunnel 隧道; layer 层; access 通行; foot 步行; bicycle 自行车;
			motor_vehicle 机动车; service 服务道路; route 线路; tags 其他标签 @application/json; node_ids 节点编号 @application/octet-stream`),
		layer("road_nodes", "", "道路节点", "Nodes of roads that have tags", `node_id OSM编号; tags 标签 @application/json`),
		layer("road_restrictions", "", "转向限制", "Turn restrictions", `restriction_id OSM编号; kind 类型; from_way 驶出道路; via_node 途经节点;
			via_ways 途经道路 @application/json; to_way 驶入道路; except_vehicles 例外 @application/json; vehicle 车辆`),
		layer("code_changes", "", "代码变更", "Changes of unit codes", `code_change_id 编号; old_code 原代码; new_code 新代码; year 年份`),
		layer("offers", "", "服务事项", "Services offered at points", `offer_id 编号; point_id 服务点编号; service 服务 =service; mode 方式 =mode;
			opening_hours 开放时间; next_visit 下次到访; next_visit_precision 下次到访精度`),
		layer("advisers", "", "法律顾问", "Lawyers and grassroots legal workers, without names", `adviser_id 编号; kind 类型; firm 所在机构;
			base_host 驻地; languages 语言 @application/json; capacity 可承担数`),
		layer("assignments", "", "顾问安排", "Advisers' duties in villages", `assignment_id 编号; village 村代码; adviser_id 顾问编号; from_on 起;
			from_on_precision 起日精度; to_on 止; to_on_precision 止日精度; visits_planned 计划次数; visits_done 完成次数`),
		layer("pairings", "", "结对", "Police posts paired with advisers or firms", `pairing_id 编号; post_id 警务站编号; partner_id 结对方编号; from_on 起;
			from_on_precision 起日精度; to_on 止; to_on_precision 止日精度; visits 次数`),
		layer("circuits", "", "巡回路线", "Rounds of mobile services", `circuit_id 编号; name 名称; owner 承办; service 服务 =service;
			stops 停靠点 @application/json; interval_days 间隔天数; first_date 首次日期; first_date_precision 首次日期精度`),
		layer("calls", "", "热线来电", "Calls to the 12348 hotline", `call_id 编号; code 区划代码; month 月份; month_precision 月份精度; calls 来电数`),
		layer("targets", "", "规划目标", "Targets of the plan", `target_id 编号; indicator 指标; unit_level 级别; unit 区划代码; year 年份; op 关系;
			value 目标值; clause 条款`),
		layer("measures", "", "调查数据", "Values surveyed or reported", `measure_id 编号; indicator 指标; unit 区划代码; date 日期; date_precision 日期精度;
			num 分子; den 分母; value 数值; source 来源`),
		layer("checklist_items", "", "普法清单项目", "Items of the checklist of legal education", `item_id 项目编号; item_group 清单; unit_level 级别; title 项目名称;
			title_en 英文名称; clause 条款; from_on 起; from_on_precision 起日精度; to_on 止; to_on_precision 止日精度`),
		layer("checklist_marks", "POINT", "普法清单完成情况", "Which unit has which item of the checklist", `mark_id 编号; code 区划代码; item_id 项目编号; done 已完成;
			done_on 完成日期; done_on_precision 完成日期精度; note 说明`),
		layer("honours", "POINT", "示范称号", "Titles borne in units", `honour_id 编号; code 区划代码; kind 称号; name 名称; awarded_on 命名日期;
			awarded_on_precision 命名日期精度; revoked_on 撤销日期; revoked_on_precision 撤销日期精度; note 说明`),
		layer("mediation", "", "人民调解", "Mediation committees, mediators and cases", `mediation_id 编号; code 区划代码; domain 领域; date 日期; date_precision 日期精度;
			committee 调委会; mediators 调解员数; mediators_full 专职调解员数; cases 案件数`),
		layer("scenarios", "", "方案", "Planners' scenarios", `scenario_id 编号; name 名称; base 基础方案; note 说明; edits 改动 @application/json;
			created_at 创建时间`),
		layer("circle_rules", "", "服务圈规则", "Composite circle rules", `rule_id 编号; name 名称; body 规则 @application/json`),
	}
}

// describe reads a list of columns: "name title [=codes] [@mime/type]; …".
func describe(list string) []gpkg.Column {
	var out []gpkg.Column
	for _, entry := range strings.Split(list, ";") {
		words := strings.Fields(entry)
		column := gpkg.Column{Name: words[0], Title: words[1]}
		for _, extra := range words[2:] {
			switch extra[0] {
			case '=':
				column.Constraint = extra[1:]
			case '@':
				column.MimeType = extra[1:]
			}
		}
		out = append(out, column)
	}
	return out
}

// furnish makes everything that follows from the tables: their description, code lists, spatial indexes, history and clocks. It runs
// after the last migration and may run again.
func (p *Project) furnish(ctx context.Context, tx *sql.Tx) error {
	if err := dropOwnTriggers(ctx, tx); err != nil {
		return err
	}
	for _, name := range []string{"unit_kind", "host_kind", "tier", "service_level", "status", "service", "mode"} {
		var codes []gpkg.Code
		for _, term := range coverage.Vocabularies()[name] {
			codes = append(codes, gpkg.Code{Value: term.Code, Meaning: term.Zh})
		}
		if err := gpkg.PutCodes(ctx, tx, name, codes); err != nil {
			return err
		}
	}
	for _, layer := range layers() {
		if err := furnishLayer(ctx, tx, layer, stamp(p.now())); err != nil {
			return err
		}
	}
	for _, t := range keyedTables() {
		if err := createHistory(ctx, tx, t.name, t.key); err != nil {
			return err
		}
	}
	for _, name := range roadTables() {
		if err := createCopy(ctx, tx, name); err != nil {
			return err
		}
	}
	if err := declareOwnTables(ctx, tx); err != nil {
		return err
	}
	if err := putMetadata(ctx, tx, stamp(p.now())); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO lawcircle_digests VALUES ('furnishing', 0, ?)`, furnishing()); err != nil {
		return fmt.Errorf("noting how the project is furnished: %w", err)
	}
	return nil
}

// furnishing identifies what [Project.furnish] makes, so that a program which makes it otherwise knows that it has to.
func furnishing() string {
	sum := sha256.New()
	column := []string{"column"}
	fmt.Fprint(sum, layers(), coverage.Vocabularies(), gpkg.RTreeTriggers("table"), historyTriggers("table", "key", column), clockTriggers("table"),
		metadataXML, keyedTables())
	return hex.EncodeToString(sum.Sum(nil))
}

func dropOwnTriggers(ctx context.Context, tx *sql.Tx) error {
	names, err := textColumn(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'lawcircle_*' ORDER BY name`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "DROP TRIGGER "+gpkg.Quote(name)); err != nil {
			return fmt.Errorf("dropping trigger %s: %w", name, err)
		}
	}
	return nil
}

func furnishLayer(ctx context.Context, tx *sql.Tx, layer gpkg.Layer, at string) error {
	if err := gpkg.Register(ctx, tx, layer); err != nil {
		return err
	}
	// A table without a clock is new: the time that it is listed from is the program's, not SQLite's.
	_, err := tx.ExecContext(ctx, `UPDATE gpkg_contents SET last_change = ?1 WHERE table_name = ?2 AND ?2 NOT IN (SELECT table_name FROM lawcircle_clock)`,
		at, layer.Table)
	if err != nil {
		return fmt.Errorf("dating layer %s: %w", layer.Table, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO lawcircle_clock VALUES (?, 1) ON CONFLICT DO NOTHING`, layer.Table)
	if err != nil {
		return fmt.Errorf("starting the clock of %s: %w", layer.Table, err)
	}
	if layer.GeometryType == "" {
		return nil
	}
	var there int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = ?`, gpkg.RTreeName(layer.Table)).Scan(&there)
	if err != nil {
		return fmt.Errorf("looking for the spatial index of %s: %w", layer.Table, err)
	}
	if there == 0 {
		if err := gpkg.CreateRTree(ctx, tx, layer.Table); err != nil {
			return err
		}
	}
	if err := gpkg.DropTriggers(ctx, tx, layer.Table); err != nil {
		return err
	}
	return gpkg.CreateTriggers(ctx, tx, layer.Table)
}

// ownExtension names what the program adds to the standard, for the table of extensions.
const ownExtension = "lawcircle_project"

func declareOwnTables(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO gpkg_extensions SELECT name, NULL, ?, 'docs/project-file.md in the source of lawcircle', 'read-write'
		FROM sqlite_schema WHERE type = 'table' AND name LIKE 'lawcircle\_%' ESCAPE '\' ORDER BY name ON CONFLICT DO NOTHING`, ownExtension)
	if err != nil {
		return fmt.Errorf("declaring the program's own tables: %w", err)
	}
	return nil
}

const metadataXML = `<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns="http://purl.org/dc/terms/"><title>%s</title><description>%s</description><type>Dataset</type><language>zh-CN</language></metadata>`

func putMetadata(ctx context.Context, tx *sql.Tx, at string) error {
	text := fmt.Sprintf(metadataXML, "lawcircle", "公共法律服务圈项目文件。表与字段的说明见 gpkg_data_columns。")
	_, err := tx.ExecContext(ctx, `INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata) VALUES
		(1, 'dataset', 'http://purl.org/dc/terms/', 'text/xml', ?) ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata`, text)
	if err != nil {
		return fmt.Errorf("writing metadata: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) SELECT 'geopackage', ?, 1
		WHERE NOT EXISTS (SELECT 1 FROM gpkg_metadata_reference WHERE md_file_id = 1)`, at)
	if err != nil {
		return fmt.Errorf("writing the reference to the metadata: %w", err)
	}
	return nil
}
