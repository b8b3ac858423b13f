package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage/locate"
	"lawcircle/data/matrixfile"
)

type locateFlags struct {
	problem, orlib, matrix, demand, columns string
	sites                                   int
	within                                  string
	budget, target                          int64
	backup                                  int
	fixed, locked, forbidden, preferred     string
	timeLimit, gap                          float64
	curve, runnersUp, json                  bool
	certificate, check                      string
	siteFile, distances, minSpacing         string
	floors, steps, stages, leftOut          string
	capacity                                int64
	whole                                   bool
}

func newLocateCommand(term *terminal) *cobra.Command {
	var f locateFlags
	command := &cobra.Command{
		Use:   "locate",
		Short: "只用选址求解器：读费用矩阵，给出选址与最优性证明 / the solver alone, on a cost matrix, with a proof",
		Long: `在费用矩阵上求解选址问题，供分析人员使用，也便于与公开算例的最优值核对。
--problem: ` + strings.Join(locate.Kinds(), ", ") + `
矩阵为长表 CSV（demand,candidate,cost；空费用表示不可达），需求为 CSV（id,people[,limit][,group]）；--orlib 读 OR-Library 的 p-median 算例，
节点号从 1 起。--within 含等号（≤）。`,
		Example: `  lawcircle locate --problem p-median --orlib pmed1.txt --json
  lawcircle locate --problem mclp --matrix times.csv --demand villages.csv -p 10 --within 600 --json
  lawcircle locate --problem mclp --matrix times.csv --demand villages.csv -p 10 --within 600 --certificate proof.json
  lawcircle locate --problem mclp --matrix times.csv --demand villages.csv -p 10 --within 600 --check-certificate proof.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runLocate(cmd.Context(), term, &f) },
	}
	flags := command.Flags()
	flags.StringVar(&f.problem, "problem", "", "问题类型 / kind of problem")
	flags.StringVar(&f.orlib, "orlib", "", "OR-Library p-median 文件 / OR-Library p-median file")
	flags.StringVar(&f.matrix, "matrix", "", "费用矩阵 CSV / cost matrix")
	flags.StringVar(&f.demand, "demand", "", "需求点 CSV / demand points")
	flags.StringVar(&f.columns, "columns", "", "列名 / columns: demand=…,candidate=…,cost=…,id=…,people=…,limit=…,group=…")
	flags.IntVarP(&f.sites, "sites", "p", 0, "选几个 / number of sites (default of --orlib: the file's p)")
	flags.StringVar(&f.within, "within", "", "服务限值，含等号，单位同费用 / limit, inclusive, in the unit of the costs")
	flags.Int64Var(&f.budget, "budget", 0, "可选场址费用之和上限 / most that is spent; a site costs 1")
	flags.Int64Var(&f.target, "target", 0, "至少服务多少人（pscp）/ people to serve, for pscp")
	flags.IntVar(&f.backup, "backup", 0, "每点需几个场址（backup）/ sites per point, for backup")
	flags.StringVar(&f.fixed, "fixed", "", "已有场址 / existing sites, comma separated")
	flags.StringVar(&f.locked, "locked", "", "必选 / candidates that must be chosen")
	flags.StringVar(&f.forbidden, "forbidden", "", "不可选 / candidates that must not be chosen")
	flags.StringVar(&f.preferred, "preferred", "", "同等时优先 / candidates preferred among equals")
	flags.Float64Var(&f.timeLimit, "time-limit", 0, "时限（秒），0 为不限 / seconds, 0: until the proof")
	flags.Float64Var(&f.gap, "gap", 0, "达到此相对差距即停 / stop at this relative gap, e.g. 0.01")
	flags.StringVar(&f.certificate, "certificate", "", "写出整数证书（mclp）/ write a certificate of the proof in whole numbers")
	flags.StringVar(&f.check, "check-certificate", "", "不求解，只核验证书 / check a certificate instead of solving")
	flags.StringVar(&f.siteFile, "site-file", "", "候选 CSV / candidates: id[,cost][,capacity][,group]")
	flags.StringVar(&f.distances, "distances", "", "候选间距离 CSV / distances of candidates: a,b,distance")
	flags.StringVar(&f.minSpacing, "spacing", "", "任两个场址至少相距 / least distance of two sites, needs --distances")
	flags.StringVar(&f.floors, "floor", "", "分组底线 / floors of groups: GROUP:sites=1,GROUP:people=500")
	flags.StringVar(&f.steps, "steps", "", "gradual 的分级 / steps of gradual: 300=1000,600=500 (per mille)")
	flags.StringVar(&f.stages, "stages", "", "分期，逐期叠加 / nested stages: 2018=5,2019=10 or 2018=50000元")
	flags.StringVar(&f.leftOut, "left-out", "", "够不着的人计多少费用（p-median）/ cost of a person whom no site reaches")
	flags.Int64Var(&f.capacity, "capacity", 0, "每个场址最多服务多少人 / people that a site takes, where the site file says nothing else")
	flags.BoolVar(&f.whole, "whole", false, "有容量时需求点不拆分 / with capacity: demand points are not split")
	flags.BoolVar(&f.curve, "curve", false, "另给 1…N 个场址的曲线 / also the curve for 1…N sites")
	flags.BoolVar(&f.runnersUp, "runners-up", false, "另给每个场址的替补及代价 / also the best replacement of each site")
	flags.BoolVar(&f.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	_ = command.MarkFlagRequired("problem") // fails only for a flag that does not exist
	return command
}

// locateTask is a problem with the names of its rows and columns.
type locateTask struct {
	problem    locate.Problem
	demands    func(j int32) any
	candidates func(i int32) any
	find       func(name string) (int32, bool)
	scale      int64    // of costs
	groups     []string // per demand point; nil: the file has none
}

func runLocate(ctx context.Context, term *terminal, f *locateFlags) error {
	task, err := f.task(term)
	if err != nil {
		return err
	}
	if f.check != "" {
		return task.checkCertificate(term, f.check)
	}
	task.warnUnreachable(term)
	options := locate.Options{TimeLimit: time.Duration(f.timeLimit * float64(time.Second)), GapLimit: f.gap, Progress: task.progress(term)}
	if f.stages != "" {
		return runLocateStages(ctx, term, f, task, options)
	}
	s, err := locate.Solve(ctx, &task.problem, options)
	if err != nil {
		return err
	}
	out := task.result(s)
	if f.certificate != "" {
		if out.Certified, err = task.certify(ctx, s, options, f.certificate); err != nil {
			return err
		}
	}
	if f.curve {
		if out.Curve, err = task.curve(ctx, s, options); err != nil {
			return err
		}
	}
	if f.runnersUp {
		if out.RunnersUp, err = task.runnersUp(ctx, s, options); err != nil {
			return err
		}
	}
	if f.json {
		err = term.writeJSON(out)
	} else {
		out.print(term)
	}
	if err == nil && s.Status == locate.Unknown {
		err = errors.New("在时限内没有找到可行解 / no answer that keeps the rules was found before the stop")
	}
	return err
}

// task reads the files and turns flags into a problem.
func (f *locateFlags) task(term *terminal) (*locateTask, error) {
	kind, err := locate.ParseKind(f.problem)
	if err != nil {
		return nil, usageError{err}
	}
	var task *locateTask
	switch {
	case f.orlib != "" && f.matrix != "", f.orlib == "" && f.matrix == "":
		return nil, usagef("需要 --orlib 或 --matrix 之一 / give either --orlib or --matrix")
	case f.timeLimit < 0, f.gap < 0, f.sites < 0:
		return nil, usagef("--sites、--time-limit、--gap 不得为负 / must not be negative")
	case f.orlib != "":
		task, err = readORLib(f.orlib)
	default:
		task, err = f.readMatrix(term)
	}
	if err != nil {
		return nil, err
	}
	p := &task.problem
	p.Kind, p.Budget, p.Target, p.Backup = kind, f.budget, f.target, f.backup
	if f.sites > 0 {
		p.Sites = f.sites
	}
	if kind == locate.SetCover && f.sites == 0 {
		p.Sites = 0
	}
	if err := f.rules(task); err != nil {
		return nil, err
	}
	if err := f.extend(task); err != nil {
		return nil, err
	}
	return task, f.wantsAmount(p)
}

// wantsAmount makes sure that it was said how much may be chosen: nothing chosen is no answer to a question that forgot to say.
func (f *locateFlags) wantsAmount(p *locate.Problem) error {
	switch {
	case p.Kind == locate.SetCover, p.Kind == locate.Assess, p.Kind == locate.BackupCoverage, f.stages != "", f.check != "":
		return nil
	case p.Kind == locate.PartialCover:
		if p.Target == 0 {
			return usagef("--problem %v 需要 --target 人数 / needs --target people", p.Kind)
		}
	case p.Sites == 0 && p.Budget == 0:
		return usagef("--problem %v 需要 -p 个数（或 --budget）/ needs -p sites (or --budget)", p.Kind)
	}
	return nil
}

// rules fills in limit and lists of candidates.
func (f *locateFlags) rules(task *locateTask) error {
	p := &task.problem
	p.NoLimit = f.within == "" && p.Limits == nil
	if f.within != "" {
		t := matrixfile.Table{Scale: task.scale}
		limit, err := t.Scaled(f.within)
		if err != nil {
			return usagef("--within: %v", err)
		}
		p.Limit, p.Limits = limit, nil
	} else if p.NoLimit && p.Kind.NeedsLimit() {
		return usagef("--problem %v 需要 --within 或需求文件中的 limit 列 / needs --within or a limit column", p.Kind)
	}
	for _, list := range []struct {
		flag, names string
		to          *[]int32
	}{{"fixed", f.fixed, &p.Fixed}, {"locked", f.locked, &p.Locked}, {"forbidden", f.forbidden, &p.Forbidden}, {"preferred", f.preferred, &p.Preferred}} {
		for _, name := range splitList(list.names) {
			i, ok := task.find(name)
			if !ok {
				return usagef("--%s: 没有候选 %q / there is no candidate %q", list.flag, name, name)
			}
			*list.to = append(*list.to, i)
		}
	}
	return nil
}

func readORLib(path string) (*locateTask, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the instance: %w", err)
	}
	defer file.Close()
	m, sites, err := locate.ReadPMed(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	node := func(i int32) any { return i + 1 }
	find := func(name string) (int32, bool) {
		var n int32
		if _, err := fmt.Sscanf(name, "%d", &n); err != nil || n < 1 || int(n) > m.Candidates() {
			return 0, false
		}
		return n - 1, true
	}
	return &locateTask{problem: locate.Problem{Matrix: m, Sites: sites}, demands: node, candidates: node, find: find, scale: 1}, nil
}

func (f *locateFlags) readMatrix(term *terminal) (*locateTask, error) {
	columns, err := matrixColumns(f.columns)
	if err != nil {
		return nil, err
	}
	table, err := openMatrix(f.matrix, f.demand, columns)
	if err != nil {
		return nil, err
	}
	if table.Rounded {
		term.errorf("费用按 1/%d 取整 / costs are rounded to 1/%d", table.Scale, table.Scale)
	}
	number := make(map[string]int32, len(table.Candidates))
	for i, name := range table.Candidates {
		number[name] = int32(i)
	}
	return &locateTask{
		problem:    locate.Problem{Matrix: table.Matrix, Weights: table.Weights, Limits: table.Limits},
		demands:    func(j int32) any { return table.Demands[j] },
		candidates: func(i int32) any { return table.Candidates[i] },
		find:       func(name string) (int32, bool) { i, ok := number[name]; return i, ok },
		scale:      table.Scale,
		groups:     table.Groups,
	}, nil
}

func openMatrix(matrix, demand string, columns matrixfile.Columns) (*matrixfile.Table, error) {
	file, err := os.Open(matrix)
	if err != nil {
		return nil, fmt.Errorf("opening the matrix: %w", err)
	}
	defer file.Close()
	if demand == "" {
		return matrixfile.Read(file, nil, columns)
	}
	points, err := os.Open(demand)
	if err != nil {
		return nil, fmt.Errorf("opening the demand: %w", err)
	}
	defer points.Close()
	return matrixfile.Read(file, points, columns)
}

func matrixColumns(text string) (matrixfile.Columns, error) {
	var c matrixfile.Columns
	fields := map[string]*string{"demand": &c.Demand, "candidate": &c.Candidate, "cost": &c.Cost, "id": &c.ID, "people": &c.People, "limit": &c.Limit, "group": &c.Group}
	for _, part := range splitList(text) {
		key, name, ok := strings.Cut(part, "=")
		field := fields[strings.TrimSpace(key)]
		if !ok || field == nil {
			return c, usagef("--columns: %q 不是 demand|candidate|cost|id|people|limit|group=列名 / is not of the form key=column", part)
		}
		*field = strings.TrimSpace(name)
	}
	return c, nil
}

// locateProgress shows the search in the unit of the files. Kinds that make something small count down from below zero inside; a bound that
// nothing is known of yet is a dash.
func (t *locateTask) progress(term *terminal) func(locate.Progress) {
	show := func(v int64) string {
		if v > math.MaxInt64/4 || v < -math.MaxInt64/4 {
			return "—"
		}
		return fmt.Sprint(math.Abs(t.unscale(v)))
	}
	var last time.Time
	return func(p locate.Progress) {
		if now := time.Now(); now.Sub(last) >= 2*time.Second {
			last = now
			if p.Found {
				term.errorf("%6.1f s  %s: 目前 %s，界 %s / best so far and bound", p.Elapsed.Seconds(), p.Phase, show(p.Objective), show(p.Bound))
			} else {
				term.errorf("%6.1f s  %s: 尚无可行解 / no answer yet", p.Elapsed.Seconds(), p.Phase)
			}
		}
	}
}
