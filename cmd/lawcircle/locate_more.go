package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"lawcircle/coverage/locate"
	"lawcircle/coverage/locate/proof"
	"lawcircle/data/matrixfile"
)

// extend fills in what comes from files and lists of its own: costs, capacities, groups, distances, steps.
func (f *locateFlags) extend(task *locateTask) error {
	p := &task.problem
	p.Whole = f.whole
	if f.capacity > 0 {
		p.Capacity = slices.Repeat([]int64{f.capacity}, p.Matrix.Candidates())
	}
	var siteGroups []string
	if f.siteFile != "" {
		var err error
		if siteGroups, err = task.readSites(f.siteFile); err != nil {
			return err
		}
	}
	if err := f.spacing(task); err != nil {
		return err
	}
	if err := f.readSteps(task); err != nil {
		return err
	}
	if f.leftOut != "" {
		var err error
		if p.LeftOut, err = (&matrixfile.Table{Scale: task.scale}).Scaled(f.leftOut); err != nil {
			return usagef("--left-out: %v", err)
		}
	}
	return task.floors(f.floors, siteGroups)
}

// readSites takes costs and capacities from a candidate file and returns the group of each candidate.
func (t *locateTask) readSites(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the candidates: %w", err)
	}
	defer file.Close()
	sites, err := matrixfile.ReadSites(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p, n := &t.problem, t.problem.Matrix.Candidates()
	said := make([]bool, n)
	groups := make([]string, n)
	if sites.Costs {
		p.SiteCosts = make([]int64, n)
	}
	if sites.Capacities && p.Capacity == nil {
		p.Capacity = make([]int64, n)
	}
	for _, s := range sites.List {
		i, known := t.find(s.ID)
		if !known { // a candidate that reaches nobody has no line in the matrix
			continue
		}
		said[i], groups[i] = true, s.Group
		if sites.Costs {
			p.SiteCosts[i] = s.Cost
		}
		if sites.Capacities {
			p.Capacity[i] = s.Capacity
		}
	}
	if i := slices.Index(said, false); i >= 0 && (sites.Costs || sites.Capacities) {
		return nil, fmt.Errorf("%s: candidate %v of the matrix is missing", path, t.candidates(int32(i)))
	}
	return groups, nil
}

func (f *locateFlags) spacing(task *locateTask) error {
	p := &task.problem
	if f.distances == "" {
		if f.minSpacing != "" || p.Kind == locate.PDispersion {
			return usagef("间距要有 --distances / spacing and p-dispersion need --distances")
		}
		return nil
	}
	file, err := os.Open(f.distances)
	if err != nil {
		return fmt.Errorf("opening the distances: %w", err)
	}
	defer file.Close()
	if p.Spacing, err = matrixfile.ReadDistances(file, task.scale, task.find); err != nil {
		return fmt.Errorf("%s: %w", f.distances, err)
	}
	if f.minSpacing != "" {
		if p.MinSpacing, err = (&matrixfile.Table{Scale: task.scale}).Scaled(f.minSpacing); err != nil {
			return usagef("--spacing: %v", err)
		}
	}
	return nil
}

// readSteps reads 300=1000,600=500: within 300 everyone counts in full, within 600 by half.
func (f *locateFlags) readSteps(task *locateTask) error {
	table := matrixfile.Table{Scale: task.scale}
	for _, part := range splitList(f.steps) {
		limit, share, found := strings.Cut(part, "=")
		within, err := table.Scaled(limit)
		perMille, bad := strconv.ParseInt(share, 10, 64)
		if !found || err != nil || bad != nil {
			return usagef("--steps: %q 不是 限值=千分数 / is not LIMIT=PERMILLE", part)
		}
		task.problem.Steps = append(task.problem.Steps, locate.Step{Limit: within, PerMille: perMille})
	}
	return nil
}

// floors reads GROUP:sites=1 and GROUP:people=500; groups are those of the demand file and of the candidate file.
func (t *locateTask) floors(text string, siteGroups []string) error {
	at := map[string]int{}
	for _, part := range splitList(text) {
		name, rule, _ := strings.Cut(part, ":")
		what, value, _ := strings.Cut(rule, "=")
		least, err := strconv.ParseInt(value, 10, 64)
		if err != nil || least < 0 || least > math.MaxInt32 && what == "sites" || what != "sites" && what != "people" {
			return usagef("--floor: %q 不是 组:sites=N 或 组:people=N / is neither GROUP:sites=N nor GROUP:people=N", part)
		}
		g, seen := at[name]
		if !seen {
			g = len(t.problem.Groups)
			at[name] = g
			t.problem.Groups = append(t.problem.Groups, locate.Group{Name: name, Demands: members(t.groups, name), Candidates: members(siteGroups, name)})
		}
		group := &t.problem.Groups[g]
		switch {
		case what == "people" && len(group.Demands) == 0:
			return usagef("--floor: 需求文件中没有组 %q / the demand file has no group %q", name, name)
		case what == "people":
			group.MinPeople = least
		case len(group.Candidates) == 0:
			return usagef("--floor: 候选文件中没有组 %q / the site file has no group %q", name, name)
		default:
			group.MinSites = int(least)
		}
	}
	return nil
}

func members(groups []string, name string) []int32 {
	var out []int32
	for i, g := range groups {
		if g == name {
			out = append(out, int32(i))
		}
	}
	return out
}

// warnUnreachable names, before anything is solved, the demand that no candidate can serve.
func (t *locateTask) warnUnreachable(term *terminal) {
	list, err := t.problem.Unreachable()
	if err != nil || len(list) == 0 {
		return
	}
	var names []string
	for _, j := range list[:min(len(list), 10)] {
		names = append(names, fmt.Sprint(t.demands(j)))
	}
	if len(list) > len(names) {
		names = append(names, "…")
	}
	term.errorf("求解前已知：任何候选都到不了 %d 个需求点 / out of reach of all candidates, known before solving: %s", len(list), strings.Join(names, ", "))
}

// certify writes a certificate and returns the bound that it proves.
func (t *locateTask) certify(ctx context.Context, s *locate.Solution, o locate.Options, path string) (*int64, error) {
	c, err := locate.Certify(ctx, &t.problem, s, o)
	if err != nil {
		return nil, err
	}
	return &c.Bound, writeFile(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(c) })
}

// checkCertificate checks a certificate against the files, without solving anything.
func (t *locateTask) checkCertificate(term *terminal, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the certificate: %w", err)
	}
	defer file.Close()
	var c proof.Certificate
	if err := json.NewDecoder(io.LimitReader(file, 4<<30)).Decode(&c); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	instance, err := t.problem.Instance()
	if err != nil {
		return err
	}
	if err := proof.Check(instance, &c); err != nil {
		return fmt.Errorf("%s: 证书不成立 / the certificate does not hold: %w", path, err)
	}
	var names []string
	for _, i := range c.Chosen {
		names = append(names, fmt.Sprint(t.candidates(i)))
	}
	term.printf("证书成立 / the certificate holds: %s 服务/serve %d 人/people，任何方案至多/no choice more than %d", strings.Join(names, ", "), c.Objective, c.Bound)
	return nil
}

// locateStages is the answer over several stages.
type locateStages struct {
	Status    string           `json:"status"`
	Objective int64            `json:"objective"` // Σ weight × people over the stages
	Bound     int64            `json:"bound"`
	Gap       float64          `json:"gap"`
	Stages    []locateStage    `json:"stages"`
	Conflicts []locateConflict `json:"conflicts,omitempty"`
}

type locateStage struct {
	Name   string    `json:"name"`
	Sites  []any     `json:"sites"` // added in this stage
	Served countJSON `json:"served"`
	Alone  int64     `json:"people_best_alone"`
	Proven bool      `json:"best_alone_proven"`
	Price  int64     `json:"price_of_nesting"`
}

func runLocateStages(ctx context.Context, term *terminal, f *locateFlags, t *locateTask, o locate.Options) error {
	stages, err := parseYears(f.stages)
	if err != nil {
		return err
	}
	t.problem.Sites, t.problem.Budget = 0, 0
	plan, err := locate.Stages(ctx, &t.problem, stages, o)
	if err != nil {
		return err
	}
	s := plan.Solution
	out := locateStages{Status: s.Status.String(), Objective: s.Objective, Bound: s.Bound, Gap: s.Gap, Stages: []locateStage{}}
	for _, c := range s.Conflicts {
		out.Conflicts = append(out.Conflicts, locateConflict(c))
	}
	for _, stage := range plan.Stages {
		line := locateStage{Name: stage.Stage.Name, Sites: []any{}, Served: asCount(stage.Served), Alone: stage.Alone.Objective,
			Proven: stage.Alone.Status == locate.Optimal, Price: stage.Price}
		for _, site := range stage.Sites {
			line.Sites = append(line.Sites, t.candidates(site.Candidate))
		}
		out.Stages = append(out.Stages, line)
	}
	if f.json {
		return term.writeJSON(out)
	}
	rows := [][]string{{"期/stage", "新增/sites", "服务人口/people", "单独最优/best alone", "衔接代价/price of nesting"}}
	for _, line := range out.Stages {
		rows = append(rows, []string{line.Name, fmt.Sprint(line.Sites), fmt.Sprint(line.Served.People), fmt.Sprint(line.Alone), fmt.Sprint(line.Price)})
	}
	term.table(rows)
	term.printf("%s  目标值/objective %d  界/bound %d", out.Status, out.Objective, out.Bound)
	return nil
}
