package server

import (
	"net/http"
	"slices"

	"lawcircle/coverage"
	"lawcircle/server/account"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// projectAnswer is the answer of /api/v1/project.
type projectAnswer struct {
	Name         string                      `json:"name"`
	Synthetic    bool                        `json:"synthetic"`
	DataDate     *string                     `json:"data_date"`
	Revision     string                      `json:"revision"`
	Bounds       *[4]float64                 `json:"bounds"` // west, south, east, north; null for an empty project
	View         *[4]float64                 `json:"view"`   // what a map opens with: the bounds without places that lie far from all others
	Far          int                         `json:"far"`    // settlements, hosts and points outside of the view
	Counts       projectCounts               `json:"counts"`
	Profiles     []profileTitle              `json:"profiles"`
	Vocabularies map[string][]vocabularyTerm `json:"vocabularies"`
	Map          mapAnswer                   `json:"map"`
	Version      string                      `json:"version"`
	Languages    []string                    `json:"languages"`
	Years        []int                       `json:"years"`
	Editable     bool                        `json:"editable"`
	User         *userAnswer                 `json:"user"`
}

type projectCounts struct {
	Units       int     `json:"units"`
	Settlements int     `json:"settlements"`
	People      int64   `json:"people"`         // of the settlements whose people are known
	Missing     int     `json:"people_missing"` // settlements whose people are not known
	Hosts       int     `json:"hosts"`
	Points      int     `json:"points"`
	RoadKm      float64 `json:"road_km"`
	Ways        int     `json:"ways"`
}

type profileTitle struct {
	Name    string `json:"name"`
	TitleZh string `json:"title_zh"`
	TitleEn string `json:"title_en"`
}

type vocabularyTerm struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

type mapAnswer struct {
	Use        string   `json:"use"`
	ApprovalNo string   `json:"approval_no"`
	Source     string   `json:"source"`
	Basemap    *Basemap `json:"basemap"`
}

type userAnswer struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

func (s *Server) projectRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/api/v1/project", answer: projectAnswer{}, versioned: true, handle: s.project,
			summary: locale.Text{Zh: "项目概况、词表和设置", En: "The project, its vocabularies and settings"}},
		{method: http.MethodGet, path: "/api/v1/profiles", answer: []profileTitle{}, handle: s.profiles,
			summary: locale.Text{Zh: "出行方式", En: "Travel profiles"}},
		{method: http.MethodGet, path: "/api/v1/profiles/:name", media: "application/yaml", handle: s.profile,
			summary: locale.Text{Zh: "一种出行方式的 YAML", En: "One travel profile as YAML"}},
	}
}

func (s *Server) project(c *call) error {
	county := c.snapshot.County
	answer := projectAnswer{
		Name: county.Name, Synthetic: county.Synthetic, Revision: c.snapshot.Revision, Version: s.deps.Version,
		Languages: []string{string(locale.Chinese), string(locale.English)}, Years: yearsOf(county), Editable: c.snapshot.Editable,
		Map: mapAnswer{c.snapshot.Map.Use, c.snapshot.Map.ApprovalNo, c.snapshot.Map.Source, c.snapshot.Map.Basemap},
	}
	if c.who.Name != "" {
		answer.User = &userAnswer{c.who.Name, string(c.who.Role)}
		answer.Editable = answer.Editable && c.who.Role.AtLeast(account.Planner)
	}
	if county.DataDate != "" {
		date := string(county.DataDate)
		answer.DataDate = &date
	}
	var err error
	if answer.Bounds, err = s.boundsOf(c.snapshot); err != nil {
		return err
	}
	answer.View, answer.Far = firstView(county, answer.Bounds)
	if answer.Counts, err = s.countsOf(c); err != nil {
		return err
	}
	if answer.Profiles, err = s.profileTitles(c); err != nil {
		return err
	}
	answer.Vocabularies = map[string][]vocabularyTerm{}
	for name, terms := range coverage.Vocabularies() {
		for _, t := range terms {
			answer.Vocabularies[name] = append(answer.Vocabularies[name], vocabularyTerm(t))
		}
	}
	return c.ok(answer)
}

func (s *Server) boundsOf(snapshot Snapshot) (*[4]float64, error) {
	layers, err := s.layersOf(snapshot)
	if err != nil {
		return nil, err
	}
	var out *[4]float64
	for _, l := range layers {
		box, ok := l.Bound()
		if !ok {
			continue
		}
		if out == nil {
			out = &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
			continue
		}
		out[0], out[1] = min(out[0], box.Min[0]), min(out[1], box.Min[1])
		out[2], out[3] = max(out[2], box.Max[0]), max(out[3], box.Max[1])
	}
	return out, nil
}

func (s *Server) countsOf(c *call) (projectCounts, error) {
	county := c.snapshot.County
	n := projectCounts{
		Units: len(county.Units), Settlements: len(county.Settlements), Hosts: len(county.Hosts), Points: len(county.Points),
	}
	for _, settlement := range county.Settlements {
		n.People += settlement.People.Count
		if !settlement.People.Known {
			n.Missing++
		}
	}
	if s.deps.Roads == nil {
		return n, nil
	}
	roads, err := s.deps.Roads(c.ctx())
	n.RoadKm = roads.LengthKm
	for _, r := range roads.Roads {
		if r.Wall == "" {
			n.Ways++
		}
	}
	return n, err
}

// yearsOf lists the years that a year slider offers: from the first to the last year that a point's date or a target names.
func yearsOf(county *coverage.County) []int {
	years := []int{}
	note := func(d coverage.Date) {
		if year, ok := d.Year(); ok {
			years = append(years, year)
		}
	}
	for _, p := range county.Points {
		note(p.PlannedOn)
		note(p.OpenedOn)
		note(p.AcceptedOn)
		note(p.ClosedOn)
	}
	for _, t := range county.Targets {
		years = append(years, t.Year)
	}
	note(county.DataDate)
	if len(years) == 0 {
		return years
	}
	first, last := slices.Min(years), slices.Max(years)
	if last-first > 100 { // a typing mistake in one date must not make a slider of centuries
		first = last - 100
	}
	out := make([]int, 0, last-first+1)
	for year := first; year <= last; year++ {
		out = append(out, year)
	}
	return out
}

func (s *Server) profileTitles(c *call) ([]profileTitle, error) {
	profiles, err := s.deps.Profiles(c.ctx())
	out := make([]profileTitle, 0, len(profiles))
	for _, p := range profiles {
		out = append(out, profileTitle{p.Name, p.Title.Zh, p.Title.En})
	}
	return out, err
}

func (s *Server) profiles(c *call) error {
	titles, err := s.profileTitles(c)
	if err != nil {
		return err
	}
	return c.ok(titles)
}

func (s *Server) profile(c *call) error {
	profiles, err := s.deps.Profiles(c.ctx())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == c.Param("name") })
	if i < 0 {
		return problem.NotFound("出行方式", "profile", c.Param("name"))
	}
	return c.Blob(http.StatusOK, "application/yaml", profiles[i].YAML)
}

// layersOf returns the layers of a snapshot, built once per revision.
func (s *Server) layersOf(snapshot Snapshot) ([]*layer.Layer, error) {
	return s.layers.get(snapshot.Revision, func() ([]*layer.Layer, error) { return layer.Of(snapshot.County), nil })
}

func (s *Server) layerOf(snapshot Snapshot, id string) (*layer.Layer, error) {
	layers, err := s.layersOf(snapshot)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(layers, func(l *layer.Layer) bool { return l.ID == id })
	return layers[i], nil // ids are ours: a missing one is a mistake in the program
}
