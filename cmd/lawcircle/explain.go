package main

import (
	"context"
	"fmt"
	"time"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newExplainCommand(term *terminal) *cobra.Command {
	var project, settlement, site string
	var query queryFlags
	var asJSON bool
	command := &cobra.Command{
		Use:   "explain",
		Short: "为什么在圈内或不在；拟选场所的档案 / why in the circle or not; dossier of a site",
		Example: `  lawcircle explain -p demo.gpkg --settlement 990101100201
  lawcircle explain -p demo.gpkg --site P0123 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (settlement == "") == (site == "") {
				return usagef("say one of --settlement ID and --site ID")
			}
			return runExplain(cmd.Context(), term, project, &query, explainAsk{settlement, site, asJSON})
		},
	}
	projectFlag(command, &project)
	query.register(command)
	command.Flags().StringVar(&settlement, "settlement", "", "居民点 ID，或不重复的名称 / settlement id, or a name that only one bears")
	command.Flags().StringVar(&site, "site", "", "候选场所 ID，或不重复的名称 / host id, or a name that only one bears")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type explainAsk struct {
	settlement, site string
	json             bool
}

// resolve replaces names by ids.
func (a explainAsk) resolve(county *coverage.County) (explainAsk, error) {
	var err error
	if a.site != "" {
		a.site, err = county.FindHost(a.site)
	} else {
		a.settlement, err = county.FindSettlement(a.settlement)
	}
	return a, err
}

func runExplain(ctx context.Context, term *terminal, path string, flags *queryFlags, ask explainAsk) error {
	s, q, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	if ask, err = ask.resolve(s.county); err != nil {
		return err
	}
	run, err := s.identify(ctx, "explain", struct {
		coverage.Query
		Settlement, Site string
	}{q, ask.settlement, ask.site})
	if err != nil {
		return err
	}
	if ask.site != "" {
		return explainSite(ctx, s, run, q, ask)
	}
	x, err := s.engine.Explain(ctx, q, ask.settlement)
	if err != nil {
		return err
	}
	if ask.json {
		return term.writeJSON(explanationJSON(run, x))
	}
	printExplanation(term, x)
	return nil
}

type approachJSON struct {
	PointID string         `json:"point_id"`
	Name    string         `json:"name"`
	Tier    string         `json:"tier"`
	Level   string         `json:"level"`
	Lon     float64        `json:"lon"`
	Lat     float64        `json:"lat"`
	Seconds float64        `json:"seconds"`
	Direct  bool           `json:"direct"`
	Path    orb.LineString `json:"path,omitempty"`
}

func toApproach(a coverage.Approach) approachJSON {
	return approachJSON{a.Facility.ID, a.Facility.Name, string(a.Facility.Tier), string(a.Facility.Level), a.Facility.Point[0], a.Facility.Point[1],
		a.Duration.Seconds(), a.Direct, a.Path}
}

type serviceJSON struct {
	Service string         `json:"service"`
	Nearest []approachJSON `json:"nearest"`
}

type explanationOutput struct {
	Run        coverage.Run   `json:"run"`
	Settlement string         `json:"settlement"`
	Name       string         `json:"name"`
	Code       string         `json:"admin_code"`
	People     *int64         `json:"people"`
	Status     string         `json:"status"`
	Reason     string         `json:"reason"`
	SnapM      *float64       `json:"snap_m"`
	Nearest    []approachJSON `json:"nearest"`
	ByService  []serviceJSON  `json:"by_service"`
	Zh         []string       `json:"sentences_zh"`
	En         []string       `json:"sentences_en"`
}

func explanationJSON(run coverage.Run, x *coverage.Explanation) explanationOutput {
	out := explanationOutput{Run: run, Settlement: x.Settlement.ID, Name: x.Settlement.Name, Code: x.Settlement.Code,
		Status: string(x.Verdict.Status), Reason: string(x.Verdict.Reason), SnapM: optional(x.Verdict.Time.SnapM, x.Verdict.Time.Snapped),
		Nearest: []approachJSON{}, Zh: x.Zh, En: x.En}
	if x.Settlement.People.Known {
		out.People = &x.Settlement.People.Count
	}
	for _, a := range x.Nearest {
		out.Nearest = append(out.Nearest, toApproach(a))
	}
	for _, s := range x.ByService {
		entry := serviceJSON{Service: string(s.Service), Nearest: []approachJSON{}}
		for _, a := range s.Nearest {
			entry.Nearest = append(entry.Nearest, toApproach(a))
		}
		out.ByService = append(out.ByService, entry)
	}
	return out
}

func printExplanation(term *terminal, x *coverage.Explanation) {
	for _, sentence := range x.Zh {
		term.printf("%s", sentence)
	}
	rows := [][]string{{"服务", "最近的点", "用时"}}
	for _, s := range x.ByService {
		for i, a := range s.Nearest {
			name := ""
			if i == 0 {
				name = s.Service.Zh()
			}
			rows = append(rows, []string{name, a.Facility.Name, clock(a.Duration)})
		}
		if len(s.Nearest) == 0 {
			rows = append(rows, []string{s.Service.Zh(), "（没有提供此服务的点可达）", ""})
		}
	}
	term.table(rows)
}

func clock(d time.Duration) string { return fmt.Sprintf("%.1f 分钟", coverage.ReadMinutes(d)) }

func explainSite(ctx context.Context, s *study, run coverage.Run, q coverage.Query, ask explainAsk) error {
	dossier, err := s.engine.Dossier(ctx, q, ask.site)
	if err != nil {
		return err
	}
	if ask.json {
		return s.term.writeJSON(dossierJSON(run, s.county, dossier))
	}
	printDossier(s.term, s.county, dossier)
	return nil
}
