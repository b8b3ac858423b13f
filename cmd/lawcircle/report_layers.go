package main

import (
	"context"
	"io"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/export"
	"lawcircle/data/report"
)

// reportLayers are the layers that go with a report. A public bundle has no police posts, and without an
// approval number no boundaries.
func reportLayers(ctx context.Context, engine coverage.Engine, in report.Input) ([]report.File, error) {
	r := in.Report
	say := func(zh, en string) string {
		if in.English {
			return en
		}
		return zh
	}
	inner := coverage.Engine{County: r.County, Graph: engine.Graph}
	gaps, err := inner.Gaps(ctx, r.Result)
	if err != nil {
		return nil, err
	}
	shown := !in.Map.Public || in.Map.ApprovalNo != ""
	files := []report.File{
		{Name: "geojson/settlements.geojson", What: say("居民点及判定、分钟", "settlements with verdict and minutes"), Write: func(w io.Writer) error { return writeSettlements(w, in) }},
		{Name: "geojson/service_points.geojson", What: say("服务点", "service points"), Write: func(w io.Writer) error { return writePoints(w, in, !in.Map.Public) }},
		{Name: "geojson/proposals.geojson", What: say("建议选址", "proposed sites"), Write: func(w io.Writer) error {
			p := &coverage.Proposal{}
			for _, site := range r.Plan.Sites {
				if !in.Map.Public || site.HostKind != coverage.HostPolicePost {
					p.Sites = append(p.Sites, site.ProposedSite)
				}
			}
			return export.ProposalGeoJSON(w, r.Whole, in.Run, p)
		}},
	}
	if r.Circle != nil {
		files = append(files, report.File{Name: "geojson/circles.geojson", What: say("服务圈覆盖面", "the circle"), Write: func(w io.Writer) error {
			return export.CirclesGeoJSON(w, r.Whole, in.Run, r.Question.Query.Profile, []coverage.Circle{*r.Circle})
		}})
	}
	layers, err := handedLayers(ctx, inner, in, shown)
	if err != nil {
		return nil, err
	}
	files = append(files, report.File{Name: "layers.gpkg", What: say("全部图层，用 QGIS、ArcGIS 打开", "all layers, for QGIS and ArcGIS"),
		Write: func(w io.Writer) error { return export.GeoPackage(ctx, w, layers...) }})
	for _, layer := range layers {
		files = append(files, report.File{Name: "shp_gbk/" + layer.Name + ".shp.zip", What: say("Shapefile（GB18030）："+layer.TitleZh, "shapefile (GB18030): "+layer.TitleEn),
			Write: func(w io.Writer) error { return export.ShapefileZip(w, layer, export.GB18030) }})
	}
	if !shown {
		return files, nil
	}
	return append(files,
		report.File{Name: "geojson/gaps.geojson", What: say("圈外地面", "ground outside the circle"), Write: func(w io.Writer) error {
			return export.GapsGeoJSON(w, r.Whole, in.Run, r.Question.Query, gaps)
		}},
		report.File{Name: "geojson/admin_units.geojson", What: say("行政区划及两率", "units with both rates"), Write: func(w io.Writer) error { return writeUnits(w, in) }}), nil
}

// handedLayers are the layers of the GeoPackage and the shapefiles: access, circle, proposals, and with boundaries gaps and sums.
func handedLayers(ctx context.Context, inner coverage.Engine, in report.Input, shown bool) ([]*export.Layer, error) {
	r := in.Report
	names := []string{"access", "circles"}
	if shown {
		names = append(names, "gaps", "areas")
	}
	proposal := &coverage.Proposal{}
	for _, site := range r.Plan.Sites {
		proposal.Sites = append(proposal.Sites, site.ProposedSite)
	}
	layers := []*export.Layer{layerOfProposal(proposal)}
	for _, name := range names {
		layer, err := resultLayerOf(ctx, inner, r.County, r.Result, name)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	for i, layer := range layers {
		layer.Members = []export.Value{{Name: "run", Value: in.Run}}
		var err error
		layers[i], err = export.Prepare(ctx, layer, export.Options{Synthetic: r.Whole.Synthetic, Public: in.Map.Public, Sensitive: sensitivePlaces(r.Whole)})
		if err != nil {
			return nil, err
		}
	}
	return layers, nil
}

func layerOf(w io.Writer, name string, in report.Input) *export.GeoJSON {
	return export.NewGeoJSON(w, name, export.Value{Name: "run", Value: in.Run}, export.Value{Name: "synthetic", Value: in.Report.Whole.Synthetic})
}

func writeSettlements(w io.Writer, in report.Input) error {
	g := layerOf(w, "settlements", in)
	r := in.Report
	for _, v := range r.Result.Verdicts {
		s := r.County.Settlements[v.Settlement]
		var people, minutes, nearest any
		if v.People.Known {
			people = v.People.Count
		}
		if v.Time.OK {
			minutes, nearest = v.Time.Duration.Round(time.Millisecond).Minutes(), r.Result.Selection.Facilities[v.Time.Facility].ID
		}
		err := g.Write(export.Feature{ID: s.ID, Geometry: s.Point, Values: []export.Value{{Name: "name", Value: s.Name}, {Name: "admin_code", Value: s.Code},
			{Name: "people", Value: people}, {Name: "status", Value: v.Status}, {Name: "minutes", Value: minutes}, {Name: "facility_id", Value: nearest},
			{Name: "reason", Value: v.Reason}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}

func writePoints(w io.Writer, in report.Input, posts bool) error {
	g := layerOf(w, "service_points", in)
	kinds := map[string]coverage.HostKind{}
	for _, h := range in.Report.Whole.Hosts {
		kinds[h.ID] = h.Kind
	}
	for _, p := range in.Report.Points {
		if kinds[p.HostID] == coverage.HostPolicePost && !posts {
			continue
		}
		err := g.Write(export.Feature{ID: p.ID, Geometry: p.Point, Values: []export.Value{{Name: "name", Value: p.Name}, {Name: "tier", Value: p.Tier},
			{Name: "level", Value: p.Level}, {Name: "status", Value: p.Status}, {Name: "admin_code", Value: p.Code}, {Name: "host_id", Value: p.HostID},
			{Name: "opened_on", Value: p.OpenedOn}, {Name: "accepted_on", Value: p.AcceptedOn}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}

func writeUnits(w io.Writer, in report.Input) error {
	g := layerOf(w, "admin_units", in)
	for _, a := range in.Report.Rows {
		var covered, built any
		if share, ok := a.PeopleShare(); ok {
			covered = share
		}
		if share, ok := a.Built.Share(); ok {
			built = share
		}
		var geometry orb.Geometry
		if len(a.Unit.Geometry) > 0 {
			geometry = a.Unit.Geometry
		}
		err := g.Write(export.Feature{ID: a.Unit.Code, Geometry: geometry, Values: []export.Value{{Name: "admin_code", Value: a.Unit.Code},
			{Name: "name", Value: a.Unit.Name}, {Name: "level", Value: int(a.Unit.Level)}, {Name: "people", Value: a.People},
			{Name: "people_covered", Value: a.PeopleCovered}, {Name: "people_share", Value: covered}, {Name: "built_share", Value: built}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}
