package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo/crs"
	"lawcircle/geo/road"
)

func newImportCommand(term *terminal) *cobra.Command {
	command := &cobra.Command{
		Use:   "import",
		Short: "导入道路、区划、居民点、服务点等 / import roads, areas, settlements, facilities, …",
		Example: `  lawcircle import roads xinjiang.osm.pbf -p turpan.gpkg --bbox 87.2,41.2,91.9,43.7
  lawcircle import facilities 警务站.xlsx -p turpan.gpkg --crs gcj02 --kind police_post
  lawcircle import checklist_marks 普法清单.xlsx -p turpan.gpkg
  lawcircle import assignments 法律顾问安排.xlsx -p turpan.gpkg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newImportRoadsCommand(term))
	command.AddCommand(newImportTableCommand(term, "areas", "行政区划 / administrative areas", intake.Areas))
	command.AddCommand(newImportTableCommand(term, "settlements", "居民点与人口 / settlements with people", intake.Settlements))
	command.AddCommand(newImportTableCommand(term, "facilities", "依托场所与服务点 / hosts and service points", intake.Facilities))
	command.AddCommand(newImportTableCommand(term, "population", "人口栅格 / population raster (GeoTIFF)", intake.Population))
	command.AddCommand(newImportElevationCommand(term))
	for _, t := range data.RowTables() {
		table := newImportTableCommand(term, t.Name, t.Title+" / "+strings.ToLower(t.TitleEn[:1])+t.TitleEn[1:], intake.Records(t.Name))
		if t.Name == "checklist_marks" {
			table.Aliases = []string{"checklist"}
		}
		command.AddCommand(table)
	}
	return command
}

type importFlags struct {
	project, report string
	columns         string
	mapping         string // name of a column mapping kept in the project
	saveMapping     string
	json            bool
	options         intake.Options
}

func (f *importFlags) register(command *cobra.Command) {
	projectFlag(command, &f.project)
	command.Flags().StringVar(&f.report, "report", "", "问题清单 .xlsx / quality sheet as a workbook")
	command.Flags().BoolVar(&f.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
}

// readFunc is one of intake's readers.
type readFunc func(context.Context, intake.Source, intake.Options, *coverage.County, intake.CRSReference) (*intake.Batch, error)

func newImportTableCommand(term *terminal, what, title string, read readFunc) *cobra.Command {
	var f importFlags
	command := &cobra.Command{
		Use:     what + " FILE",
		Short:   title,
		Example: "  lawcircle import " + what + " FILE -p turpan.gpkg --crs gcj02",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImportTable(cmd.Context(), term, &f, importTask{what: what, path: args[0], read: read})
		},
	}
	f.register(command)
	flags := command.Flags()
	flags.StringVar(&f.options.CRS, "crs", "auto", "坐标系 / wgs84 | cgcs2000 | gcj02 | bd09 | EPSG:n | auto")
	if what == "population" {
		registerRasterFlags(flags, &f.options)
		return command
	}
	flags.StringVar(&f.options.Layer, "layer", "", "图层 / layer of a file with several")
	flags.StringVar(&f.options.Sheet, "sheet", "", "工作表 / sheet of a workbook")
	flags.StringVar(&f.columns, "columns", "", "列对应 / headers to fields, e.g. 名称=name,经度=lon")
	flags.StringVar(&f.mapping, "mapping", "", "使用项目中保存的列对应 / use the column mapping kept in the project under this name")
	flags.StringVar(&f.saveMapping, "save-mapping", "", "把本次的列对应以此名保存 / keep this import's column mapping under this name")
	switch what {
	case "settlements":
		flags.StringVar(&f.options.People, "people", "", "人口列 / column with the number of people")
		flags.StringVar(&f.options.Place, "place", "", "unit-centre：没有坐标的放在所属区划的中心 / put settlements without coordinates at their unit's centre")
	case "facilities":
		flags.StringVar(&f.options.Kind, "kind", "", "这些行的场所类型或层级 / host kind or tier of rows that state none")
	}
	return command
}

// checkCRS refuses a name of --crs that cannot mean anything before any file is opened.
func checkCRS(name string) error {
	if name == "" || strings.EqualFold(name, "auto") {
		return nil
	}
	if _, err := crs.Parse(name); err != nil {
		return usagef("--crs: %w", err)
	}
	return nil
}

type importTask struct {
	what, path string
	read       readFunc
	county     *coverage.County
	references intake.CRSReference
}

func runImportTable(ctx context.Context, term *terminal, f *importFlags, task importTask) error {
	columns, err := parseColumns(f.columns)
	if err != nil {
		return usageError{err}
	}
	if err := checkCRS(f.options.CRS); err != nil {
		return err
	}
	source, closer, err := intake.OpenFile(task.path)
	if err != nil {
		return err
	}
	defer closer.Close()
	project, err := openOrCreate(ctx, f.project)
	if err != nil {
		return err
	}
	defer project.Close()
	county, err := project.County(ctx)
	if err != nil {
		return err
	}
	if f.options.Columns, err = f.keptColumns(ctx, project, columns); err != nil {
		return err
	}
	references, err := roadReference(ctx, project)
	if err != nil {
		return err
	}
	f.options.Progress = term.progress("读取 / reading")
	task.county, task.references = county, references
	batch, err := readConfirmed(ctx, term, f, task, source)
	if err != nil {
		return err
	}
	if _, err := intake.Apply(ctx, project, batch, source.Name, ""); err != nil {
		return err
	}
	return reportImport(term, f, &batch.Quality)
}

// keptColumns adds the mapping kept in the project, if one is named, to the columns told, which go before it; and keeps the whole.
func (f *importFlags) keptColumns(ctx context.Context, project *data.Project, columns map[string]string) (map[string]string, error) {
	if f.mapping != "" {
		kept, err := intake.LoadMapping(ctx, project, f.mapping)
		if err != nil {
			return nil, err
		}
		maps.Copy(kept, columns)
		columns = kept
	}
	if f.saveMapping == "" {
		return columns, nil
	}
	return columns, intake.SaveMapping(ctx, project, f.saveMapping, columns)
}

// readConfirmed reads the file, asking the person at the terminal for the coordinate system when it is not sure.
func readConfirmed(ctx context.Context, term *terminal, f *importFlags, task importTask, source intake.Source) (*intake.Batch, error) {
	batch, err := task.read(ctx, source, f.options, task.county, task.references)
	var unsure *intake.UnsureError
	if !errors.As(err, &unsure) || !term.interactive {
		return batch, err
	}
	term.errorf("%v", unsure)
	answer, err := term.ask("坐标系 / coordinate system (wgs84, cgcs2000, gcj02, bd09, EPSG:n):")
	if err != nil {
		return nil, err
	}
	f.options.CRS = answer
	return task.read(ctx, source, f.options, task.county, task.references)
}

func parseColumns(text string) (map[string]string, error) {
	columns := map[string]string{}
	for _, part := range splitList(text) {
		header, field, found := strings.Cut(part, "=")
		if !found || header == "" || field == "" {
			return nil, fmt.Errorf("--columns: %q is not HEADER=field", part)
		}
		columns[header] = field
	}
	return columns, nil
}

func reportImport(term *terminal, f *importFlags, quality *intake.Quality) error {
	if err := writeFile(f.report, func(w io.Writer) error { return quality.WriteXLSX(w) }); err != nil {
		return err
	}
	if f.json {
		return term.writeJSON(quality)
	}
	printQuality(term, quality)
	return nil
}

// problemsShown is how many problems are printed; the sheet has all.
const problemsShown = 20

func printQuality(term *terminal, q *intake.Quality) {
	term.printf("读入 %d 行，接受 %d，修正 %d，拒绝 %d", q.Read, q.Accepted, q.Repaired, q.Refused)
	if q.CRS.CRS != "" {
		term.printf("坐标系 %s（%s）", q.CRS.CRS, q.CRS.Reason)
	}
	for _, c := range q.Counts {
		term.printf("  %s %d", c.Title(), c.Count)
	}
	problems := slices.Clone(q.Problems) // refusals first: they are what is lost
	slices.SortStableFunc(problems, func(a, b intake.Problem) int { return weightOf(a) - weightOf(b) })
	rows := [][]string{{"行", "字段", "问题", "处理"}}
	for i, p := range problems {
		if i == problemsShown {
			term.errorf("……另有 %d 条，用 --report FILE.xlsx 查看全部 / more in the report", len(problems)-i)
			break
		}
		repair := p.Repair
		if p.Refused {
			repair = "拒绝 / refused"
		}
		rows = append(rows, []string{strconv.Itoa(p.Row), p.Field, p.Problem, repair})
	}
	if len(rows) > 1 {
		term.table(rows)
	}
}

// weightOf orders problems for a person: refused rows, then repairs, then remarks.
func weightOf(p intake.Problem) int {
	switch {
	case p.Refused:
		return 0
	case p.Repair != "":
		return 1
	default:
		return 2
	}
}

func newImportRoadsCommand(term *terminal) *cobra.Command {
	var f importFlags
	var bbox string
	command := &cobra.Command{
		Use:     "roads FILE.osm.pbf",
		Short:   "OpenStreetMap 道路 / roads from OpenStreetMap",
		Example: "  lawcircle import roads xinjiang-latest.osm.pbf -p turpan.gpkg --bbox 87.2,41.2,91.9,43.7",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			bound, err := parseBBox(bbox)
			if err != nil {
				return usageError{err}
			}
			return runImportRoads(cmd.Context(), term, &f, args[0], bound)
		},
	}
	f.register(command)
	command.Flags().StringVar(&bbox, "bbox", "", "只取此范围 / only this box: west,south,east,north in degrees")
	return command
}

func parseBBox(text string) (*orb.Bound, error) {
	if text == "" {
		return nil, nil
	}
	var box [4]float64
	parts := strings.Split(text, ",")
	if len(parts) != len(box) {
		return nil, fmt.Errorf("--bbox %q is not west,south,east,north", text)
	}
	for i, part := range parts {
		value, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return nil, fmt.Errorf("--bbox %q: %q is not a number", text, part)
		}
		box[i] = value
	}
	if !(box[0] < box[2] && box[1] < box[3] && box[0] >= -180 && box[2] <= 180 && box[1] >= -90 && box[3] <= 90) {
		return nil, fmt.Errorf("--bbox %q: west must be less than east and south less than north, in degrees", text)
	}
	return &orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}, nil
}

func runImportRoads(ctx context.Context, term *terminal, f *importFlags, path string, box *orb.Bound) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the roads: %w", err)
	}
	defer file.Close()
	network, report, err := road.ReadPBF(ctx, file, road.ReadOptions{BBox: box, Progress: term.progress("读取道路 / reading roads")})
	if err != nil {
		return fmt.Errorf("reading roads from %s: %w", path, err)
	}
	if len(network.Ways) == 0 {
		return fmt.Errorf("%s has no roads in the area asked for: nothing was changed", path)
	}
	project, err := openOrCreate(ctx, f.project)
	if err != nil {
		return err
	}
	defer project.Close()
	quality := roadQuality(report)
	if err := storeRoads(ctx, project, path, network, quality); err != nil {
		return err
	}
	return reportImport(term, f, quality)
}
