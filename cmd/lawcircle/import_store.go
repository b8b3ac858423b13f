package main

import (
	"context"
	"fmt"
	"path/filepath"

	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
)

// roadQuality is the quality sheet of a road import: one row per way.
func roadQuality(report road.ReadReport) *intake.Quality {
	q := &intake.Quality{Read: report.Ways + report.OutsideBBox + report.DuplicateWays, Accepted: report.Ways, Repaired: report.BrokenWays,
		Refused: report.OutsideBBox + report.DuplicateWays, Problems: []intake.Problem{},
		Counts: []intake.Count{{What: "ways", Count: int64(report.Ways)}, {What: "nodes", Count: int64(report.Nodes)},
			{What: "turn_restrictions", Count: int64(report.Restrictions)}}}
	add := func(n int, field, problem, repair string) {
		if n > 0 {
			q.Problems = append(q.Problems, intake.Problem{Field: field, Problem: fmt.Sprintf(problem, n), Repair: repair})
		}
	}
	add(report.BrokenWays, "nodes", "%d 条道路引用了文件中没有的节点 / ways refer to nodes that the file lacks", "在缺口处断开 / broken at the gap")
	add(report.OutsideBBox, "bbox", "%d 条道路在范围之外 / ways outside the box", "未导入 / left out")
	add(report.DuplicateWays, "id", "%d 条道路编号重复 / ways with an id seen before", "只保留第一条 / the first is kept")
	add(report.BadRestrictions, "restriction", "%d 条转向限制无法理解 / turn restrictions that are not understood", "未采用 / not used")
	add(report.ConditionalTurns, "restriction:conditional", "%d 条转向限制只在部分时段有效 / turn restrictions bind at certain times only", "按不限制计算 / taken as not binding")
	add(report.ConditionalWays, "access:conditional", "%d 条道路只在部分时段开放、关闭或单行 / roads are open, closed or one-way at certain times only",
		"按不带时段的标签计算 / their tags without times count")
	return q
}

// roadsSource is what the licence of the road data wants to be said wherever they are shown.
const roadsSource = "道路 © OpenStreetMap contributors (ODbL)"

// storeRoads replaces the roads of the project in one transaction, and names their source unless the project names sources of its own.
func storeRoads(ctx context.Context, project *data.Project, path string, network *road.Network, quality *intake.Quality) error {
	change := data.Change{What: "导入道路 " + filepath.Base(path), Kind: data.KindImport}
	meta, err := project.Meta(ctx)
	if err != nil {
		return err
	}
	return project.Update(ctx, change, func(tx *data.Tx) error {
		if err := tx.PutNetwork(network); err != nil {
			return err
		}
		if meta[data.MetaMapSource] == "" {
			if err := tx.SetMeta(data.MetaMapSource, roadsSource); err != nil {
				return err
			}
		}
		return tx.SetSheet(quality)
	})
}
