package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

func newPairCommand(term *terminal) *cobra.Command {
	var project, of, with, profile, language, output string
	var capacity int
	var limit float64
	var asJSON bool
	command := &cobra.Command{
		Use:     "pair",
		Short:   "结对子：谁与哪个警务站或村结对，车程最短 / pair partners with posts or villages at least driving",
		Example: `  lawcircle pair -p demo.gpkg --of law_firm --with police_post -o pairs.csv`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			partners, err := coverage.ParsePartnerKind(of)
			if err != nil {
				return usagef("--of: %w", err)
			}
			places, err := coverage.ParseHostKind(with)
			if err != nil {
				return usagef("--with: %w", err)
			}
			q := coverage.PairQuestion{Profile: profile, Limit: minutesOf(limit), Partners: partners, With: places, Capacity: capacity, Language: language}
			return runPair(cmd.Context(), term, project, q, delivery{output, asJSON})
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&of, "of", "law_firm", "谁来结对（场所类型，或 adviser 即法律顾问本人）/ kind of the partners: law_firm, grassroots_legal_office, notary, …, or adviser")
	flags.StringVar(&with, "with", "police_post", "与谁结对（场所类型）/ kind of the places: police_post, village_committee, …")
	flags.StringVar(&profile, "profile", "car", "出行方式 / travel profile of the partner")
	flags.Float64Var(&limit, "minutes", 240, "最远车程（分钟）/ longest way in minutes")
	flags.IntVar(&capacity, "capacity", 0, "每个结对方最多负责几处，0 = 平均分担 / places per partner at most, 0 = shared evenly")
	flags.StringVar(&language, "language", "", "只要会此语言的 / only partners with an adviser who speaks it, e.g. ug")
	flags.StringVarP(&output, "output", "o", "", "写出 CSV / write a CSV")
	flags.BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type pairJSON struct {
	PlaceID     string  `json:"place_id"`
	PlaceName   string  `json:"place_name"`
	PartnerID   string  `json:"partner_id"`
	PartnerName string  `json:"partner_name"`
	Seconds     float64 `json:"seconds"`
}

type loadJSON struct {
	PartnerID       string  `json:"partner_id"`
	PartnerName     string  `json:"partner_name"`
	Places          int     `json:"places"`
	Capacity        int     `json:"capacity"`
	FarthestSeconds float64 `json:"farthest_seconds"`
}

type swapJSON struct {
	PlaceID      string  `json:"place_id"`
	FromID       string  `json:"from_id"`
	ToID         string  `json:"to_id"`
	SavesSeconds float64 `json:"saves_seconds"`
}

type pairsOutput struct {
	Run            coverage.Run `json:"run"`
	Status         string       `json:"status"`
	DrivingSeconds float64      `json:"driving_seconds"`
	BoundSeconds   float64      `json:"bound_seconds"`
	NearestSeconds float64      `json:"driving_without_capacity_seconds"`
	Pairs          []pairJSON   `json:"pairs"`
	Loads          []loadJSON   `json:"loads"`
	Unpaired       []string     `json:"unpaired"`
	Overloaded     []loadJSON   `json:"overloaded_now"`
	Swaps          []swapJSON   `json:"suggested_swaps"`
}

func runPair(ctx context.Context, term *terminal, path string, q coverage.PairQuestion, out delivery) error {
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	if q.Profile, err = s.loadProfileName(q.Profile); err != nil {
		return err
	}
	plan, err := s.engine.Pair(ctx, q)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "pair", q)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return export.Pairs(w, plan) }
	return out.give(term, write, pairsJSON(run, plan), func() { printPairs(term, plan) })
}

func pairsJSON(run coverage.Run, p *coverage.PairPlan) pairsOutput {
	out := pairsOutput{Run: run, Status: p.Status, DrivingSeconds: p.Driving.Seconds(), BoundSeconds: p.Bound.Seconds(),
		NearestSeconds: p.Nearest.Seconds(), Pairs: []pairJSON{}, Loads: toLoads(p.Loads), Unpaired: []string{}, Overloaded: toLoads(p.Overloaded), Swaps: []swapJSON{}}
	for _, pair := range p.Pairs {
		out.Pairs = append(out.Pairs, pairJSON{pair.Place.ID, pair.Place.Name, pair.Partner.ID, pair.Partner.Name, pair.Duration.Seconds()})
	}
	for _, h := range p.Unpaired {
		out.Unpaired = append(out.Unpaired, h.ID)
	}
	for _, swap := range p.ToSwap {
		out.Swaps = append(out.Swaps, swapJSON{swap.Place.ID, swap.From.ID, swap.To.ID, swap.Saves.Seconds()})
	}
	return out
}

func toLoads(list []coverage.Load) []loadJSON {
	out := []loadJSON{}
	for _, l := range list {
		out = append(out, loadJSON{l.Partner.ID, l.Partner.Name, l.Places, l.Capacity, l.Farthest.Seconds()})
	}
	return out
}

func printPairs(term *terminal, p *coverage.PairPlan) {
	rows := term.heads([]string{"结对方", "负责", "上限", "最远"}, []string{"partner", "places", "capacity", "farthest"})
	for _, l := range p.Loads {
		rows = append(rows, []string{l.Partner.Name, fmt.Sprint(l.Places), fmt.Sprint(l.Capacity), term.minutes(l.Farthest)})
	}
	term.table(rows)
	term.say("结对 %d 处，未能结对 %d 处；总车程 %s（下界 %s，不限负荷时 %s），%s", "%d pairs, %d places unpaired; %s of driving (at least %s; %s if capacity did not matter), %s",
		len(p.Pairs), len(p.Unpaired), term.hours(p.Driving), term.hours(p.Bound), term.hours(p.Nearest),
		map[bool]string{true: term.t("已证明最优", "proven best"), false: p.Status}[p.Optimal])
	for _, l := range p.Overloaded {
		term.say("现有结对超负荷：%s 负责 %d 处，上限 %d", "overloaded now: %s has %d places, at most %d", l.Partner.Name, l.Places, l.Capacity)
	}
	for _, swap := range p.ToSwap {
		term.say("建议调整：%s 由 %s 改为 %s，省 %s", "suggested swap: %s from %s to %s saves %s", swap.Place.Name, swap.From.Name, swap.To.Name, term.minutes(swap.Saves))
	}
}
