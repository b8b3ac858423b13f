package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/export"
)

func exportLayers() []string {
	return append(data.StoredLayers(), "access", "areas", "circles", "gaps", "candidates", "proposals")
}

// exportLayer finds a layer by name: in a kept run, among those of the project, or by computing it now.
func (s *study) exportLayer(ctx context.Context, name string, f *exportFlags) (*export.Layer, error) {
	if !slices.Contains(exportLayers(), name) && f.run == "" {
		return nil, usagef("没有图层 %q / there is no layer %q: %s", name, name, strings.Join(exportLayers(), " "))
	}
	switch {
	case f.run != "":
		layer, err := s.project.RunLayer(ctx, f.run, name)
		if err != nil {
			return nil, err
		}
		out := layerOfRun(*layer, "Result of run "+f.run)
		out.Members = []export.Value{{Name: "run_id", Value: f.run}}
		return out, nil
	case slices.Contains(data.StoredLayers(), name):
		return storedLayer(ctx, s.project, name)
	case name == "candidates":
		return candidateLayer(s.county), nil
	case name == "proposals":
		return s.proposalLayer(ctx, f)
	}
	return s.resultLayer(ctx, name, f)
}

// storedLayer streams a table of the project. The key of a host is called site_id and the host of a point host_id, so that an import tells
// them apart.
func storedLayer(ctx context.Context, project *data.Project, name string) (*export.Layer, error) {
	stored, err := project.StoredLayer(ctx, name)
	if err != nil {
		return nil, err
	}
	out := layerOfRun(stored.RunLayer, stored.TitleEn)
	out.Count = stored.Count
	if name == "roads" {
		meta, err := project.Meta(ctx)
		if err != nil {
			return nil, err
		}
		if source := meta[data.MetaMapSource]; source != "" {
			out.Members = []export.Value{{Name: "attribution", Value: source}}
		}
	}
	for i, c := range out.Columns {
		switch {
		case name == "host_sites" && c.Name == "host_id":
			out.Columns[i].Name = "site_id"
		case name == "service_points" && c.Name == "host_id":
			out.Columns[i].TitleZh = "依托场所"
		}
	}
	out.Rows = func(yield func(export.Row, error) bool) {
		stopped := false
		err := project.EachRow(ctx, stored, func(r data.RunRow) error {
			if stopped = !yield(export.Row{Geometry: r.Geometry, Values: r.Values}, nil); stopped {
				return context.Canceled
			}
			return nil
		})
		if err != nil && !stopped {
			yield(export.Row{}, err)
		}
	}
	return out, nil
}

// layerOfRun turns a result as it is kept into one that can be exported.
func layerOfRun(l data.RunLayer, titleEn string) *export.Layer {
	out := &export.Layer{Name: l.Name, TitleZh: l.Title, TitleEn: titleEn, GeometryType: l.GeometryType, Count: int64(len(l.Rows))}
	for _, c := range l.Columns {
		kind := export.Type(c.Type)
		if c.Type == "DATE" {
			kind = export.Text // a date may be a year or a month
		}
		title := c.Title
		if title == "" {
			title = c.Name
		}
		out.Columns = append(out.Columns, export.Column{Name: c.Name, TitleZh: title, TitleEn: strings.ReplaceAll(c.Name, "_", " "), Type: kind})
	}
	rows := make([]export.Row, len(l.Rows))
	for i, r := range l.Rows {
		rows[i] = export.Row{Geometry: r.Geometry, Values: r.Values}
	}
	out.Rows = export.RowsOf(rows)
	return out
}

// resultLayer computes a coverage question now.
func (s *study) resultLayer(ctx context.Context, name string, f *exportFlags) (*export.Layer, error) {
	q, err := f.query.query()
	if err != nil {
		return nil, err
	}
	result, err := s.assess(ctx, &q)
	if err != nil {
		return nil, err
	}
	s.warnAboutSelection(result)
	run, err := s.identify(ctx, "coverage", q)
	if err != nil {
		return nil, err
	}
	out, err := resultLayerOf(ctx, s.engine, s.county, result, name)
	if err != nil {
		return nil, err
	}
	out.Members = []export.Value{{Name: "run", Value: run}}
	return out, nil
}

func resultLayerOf(ctx context.Context, engine coverage.Engine, county *coverage.County, result *coverage.Result, name string) (*export.Layer, error) {
	switch name {
	case "access":
		return layerOfRun(accessLayer(county, result), "Access of settlements"), nil
	case "areas":
		return areaLayer(result), nil
	case "circles":
		circles, err := engine.Circles(ctx, result.Query, []time.Duration{result.Query.Limit})
		if err != nil {
			return nil, err
		}
		return layerOfRun(circleLayer(circles), "Covered area"), nil
	case "gaps":
		gaps, err := engine.Gaps(ctx, result)
		if err != nil {
			return nil, err
		}
		return layerOfRun(gapLayer(gaps), "Parts of units outside the circle"), nil
	}
	return nil, fmt.Errorf("result %q is unknown", name)
}

// areaLayer is the sums per unit with the units' boundaries. A share is empty where there is nothing to divide by.
func areaLayer(result *coverage.Result) *export.Layer {
	integer := func(name, zh, en string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: en, Type: export.Integer}
	}
	out := &export.Layer{Name: "areas", TitleZh: "各级区划汇总", TitleEn: "Sums per administrative unit", GeometryType: "MULTIPOLYGON", Columns: []export.Column{
		{Name: "admin_code", TitleZh: "区划代码", TitleEn: "code", Type: export.Text}, {Name: "name", TitleZh: "名称", TitleEn: "name", Type: export.Text},
		integer("level", "级别", "level"), integer("people", "人口", "people"), integer("people_covered", "已覆盖人口", "people covered"),
		integer("people_uncovered", "未覆盖人口", "people not covered"), integer("people_unknown", "未知人口", "people unknown"),
		{Name: "people_share", TitleZh: "人口覆盖率", TitleEn: "share of people covered", Type: export.Real}, integer("settlements", "居民点", "settlements"),
		integer("settlements_covered", "已覆盖居民点", "settlements covered"), integer("settlements_uncovered", "未覆盖居民点", "settlements not covered"),
		integer("settlements_unknown", "未知居民点", "settlements unknown"),
		{Name: "settlements_share", TitleZh: "居民点覆盖率", TitleEn: "share of settlements covered", Type: export.Real}, integer("built", "已建成", "built"),
		integer("should_be_built", "应建", "should exist"), {Name: "built_share", TitleZh: "建成率", TitleEn: "built ÷ should exist", Type: export.Real}}}
	var rows []export.Row
	for _, a := range result.Areas {
		rows = append(rows, export.Row{Geometry: shapeOrNil(a.Unit.Geometry), Values: areaValues(a.Unit, a.Sums, a.Built)})
	}
	if result.Unassigned != nil {
		rows = append(rows, export.Row{Values: areaValues(coverage.Unit{Name: "未归属 / in no unit"}, *result.Unassigned, coverage.Built{})})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

func areaValues(u coverage.Unit, s coverage.Sums, b coverage.Built) []any {
	values := []any{textOrNil(u.Code), u.Name, nil, s.People, s.PeopleCovered, s.PeopleUncovered, s.PeopleUnknown, maybe(s.PeopleShare()),
		int64(s.Settlements), int64(s.SettlementsCovered), int64(s.SettlementsUncovered), int64(s.SettlementsUnknown), maybe(s.SettlementsShare()),
		int64(b.Built), int64(b.Should), maybe(b.Share())}
	if u.Level != coverage.LevelUnknown {
		values[2] = int64(u.Level)
	}
	return values
}

func maybe(value float64, ok bool) any {
	if !ok {
		return nil
	}
	return value
}

func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// candidateLayer is the hosts in which no point stands, is being built or planned.
func candidateLayer(county *coverage.County) *export.Layer {
	out := &export.Layer{Name: "candidates", TitleZh: "候选场所", TitleEn: "Candidate sites", GeometryType: "POINT", Columns: []export.Column{
		{Name: "site_id", TitleZh: "场所编号", TitleEn: "site id", Type: export.Text}, {Name: "kind", TitleZh: "类型", TitleEn: "kind", Type: export.Text},
		{Name: "name", TitleZh: "名称", TitleEn: "name", Type: export.Text}, {Name: "code", TitleZh: "区划代码", TitleEn: "code", Type: export.Text},
		{Name: "address", TitleZh: "地址", TitleEn: "address", Type: export.Text}}}
	var rows []export.Row
	for _, h := range county.CandidateHosts() {
		rows = append(rows, export.Row{Geometry: h.Point, Values: []any{h.ID, string(h.Kind), textOrNil(h.Name), textOrNil(h.Code), textOrNil(h.Address)}})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

// proposalLayer proposes sites among the hosts now.
func (s *study) proposalLayer(ctx context.Context, f *exportFlags) (*export.Layer, error) {
	q, err := f.query.query()
	if err != nil {
		return nil, err
	}
	if err := s.loadProfile(&q); err != nil {
		return nil, err
	}
	suggest := suggestFlags{query: f.query, sites: f.sites, objective: "people", candidates: "hosts", timeLimit: 60}
	question, err := suggest.question()
	if err != nil {
		return nil, err
	}
	question.Query, question.Options.Progress = q, s.solverProgress()
	proposal, err := s.engine.Suggest(ctx, question)
	if err != nil {
		return nil, err
	}
	run, err := s.identify(ctx, "suggest", question)
	if err != nil {
		return nil, err
	}
	out := layerOfProposal(proposal)
	out.Members = []export.Value{{Name: "run", Value: run}}
	return out, nil
}

func layerOfProposal(p *coverage.Proposal) *export.Layer {
	column := func(name, zh string, kind export.Type) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: strings.ReplaceAll(name, "_", " "), Type: kind}
	}
	out := &export.Layer{Name: "proposals", TitleZh: "建议选址", TitleEn: "Proposed sites", GeometryType: "POINT", Columns: []export.Column{
		column("rank", "序号", export.Integer), column("host_id", "场所编号", export.Text), column("name", "名称", export.Text), column("kind", "类型", export.Text),
		column("admin_code", "区划代码", export.Text), column("people_gained", "新增覆盖人口", export.Integer),
		column("settlements_gained", "新增覆盖居民点", export.Integer), column("people_cumulative", "累计覆盖人口", export.Integer),
		column("settlements_cumulative", "累计覆盖居民点", export.Integer)}}
	var rows []export.Row
	for i, s := range p.Sites {
		rows = append(rows, export.Row{Geometry: s.Point, Values: []any{int64(i + 1), s.ID, textOrNil(s.Name), string(s.HostKind), textOrNil(s.Code),
			s.Gain.People, int64(s.Gain.Demands), s.Cumulative.People, int64(s.Cumulative.Demands)}})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

// sensitivePlaces are the police posts and the points that stand in them: their exact place is not public.
func sensitivePlaces(county *coverage.County) map[string]bool {
	out := map[string]bool{}
	for _, h := range county.Hosts {
		if h.Kind == coverage.HostPolicePost {
			out[h.ID] = true
		}
	}
	for _, p := range county.Points {
		if p.Tier == coverage.TierPost || out[p.HostID] {
			out[p.ID] = true
		}
	}
	return out
}
