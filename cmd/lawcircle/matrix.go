package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/data/export"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
)

func newMatrixCommand(term *terminal) *cobra.Command {
	var project string
	var ask matrixAsk
	command := &cobra.Command{
		Use:     "matrix",
		Short:   "两组地点之间的出行时间 / travel times between two lists of places",
		Example: `  lawcircle matrix -p demo.gpkg --from villages.csv --to offices.csv --profile car --minutes 30 -o times.csv`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runMatrix(cmd.Context(), term, project, ask) },
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&ask.from, "from", "", "起点 CSV（id,lon,lat）/ origins")
	flags.StringVar(&ask.to, "to", "", "终点 CSV（id,lon,lat）/ destinations")
	flags.StringVar(&ask.profile, "profile", "car", "出行方式 / travel profile")
	flags.Float64Var(&ask.minutes, "minutes", 0, "只要不超过此时限的 / only within this limit; 0 = none")
	flags.StringVarP(&ask.path, "output", "o", "", "写出 CSV；不写则输出到标准输出 / CSV file; standard output without it")
	_ = command.MarkFlagRequired("from") // fails only for a flag that does not exist
	_ = command.MarkFlagRequired("to")
	return command
}

type matrixAsk struct {
	from, to, profile, path string
	minutes                 float64
}

func runMatrix(ctx context.Context, term *terminal, path string, ask matrixAsk) error {
	if ask.minutes < 0 {
		return usagef("--minutes %g is negative", ask.minutes)
	}
	from, err := readPlaces(ask.from)
	if err != nil {
		return err
	}
	to, err := readPlaces(ask.to)
	if err != nil {
		return err
	}
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	if ask.profile, err = s.loadProfileName(ask.profile); err != nil {
		return err
	}
	graph, err := s.graph(ctx, ask.profile)
	if err != nil {
		return err
	}
	var alone []string // origins that reach no destination
	write := func(w io.Writer) error {
		table := export.NewMatrix(w)
		opts := road.MatrixOptions{Limit: minutesOf(ask.minutes), Progress: term.progress("计算 / computing")}
		err := graph.Matrix(ctx, from, to, opts, func(i int, cells []road.Cell) error {
			if len(cells) == 0 {
				alone = append(alone, from[i].ID)
			}
			for _, cell := range cells {
				table.Row(from[i].ID, to[cell.To].ID, cell.Ms)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("travel times: %w", err)
		}
		return table.Close()
	}
	if ask.path == "" {
		err = write(term.out)
	} else {
		err = writeFile(ask.path, write)
	}
	if err == nil && len(alone) > 0 {
		const shown = 10
		term.errorf("%d 个起点在时限内到不了任何终点（表中没有它们）/ origins that reach no destination, absent from the table: %s",
			len(alone), strings.Join(alone[:min(shown, len(alone))], ", "))
	}
	return err
}

// readPlaces reads id, lon and lat from a CSV file.
func readPlaces(path string) ([]road.Place, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the places: %w", err)
	}
	defer file.Close()
	places, err := intake.Places(file)
	if err != nil {
		return nil, fmt.Errorf("places in %s: %w", path, err)
	}
	out := make([]road.Place, len(places))
	for i, p := range places {
		out[i] = road.Place{ID: p.ID, Point: p.Point}
	}
	return out, nil
}
