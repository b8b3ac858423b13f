package intake

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// headerSearchRows is how far down a header is looked for: title rows above it are few.
const headerSearchRows = 40

var (
	bracketed     = regexp.MustCompile(`[(\[{<【〔][^)\]}>】〕]*[)\]}>】〕]`)
	crsInHeader   = regexp.MustCompile(`^(.+?)[_ -]?(wgs84|wgs|gcj02|gcj|bd09|bd|cgcs2000)$`)
	headerTrimmer = strings.NewReplacer(" ", "", "\n", "", "*", "", ":", "", "(", "", ")", "", "、", "", "/", "", "“", "", "”", "")
)

// normalHeader brings a header to the form in which synonyms are written: folded, lower case, without blanks and punctuation.
func normalHeader(header string) string {
	return headerTrimmer.Replace(strings.ToLower(fold(header)))
}

// headerForms are the forms in which a header is looked up, best first: as it is, without what stands in brackets (units, remarks),
// without the name of a coordinate system.
func headerForms(header string) []string {
	folded := strings.ToLower(fold(header))
	forms := []string{headerTrimmer.Replace(folded)}
	if bare := headerTrimmer.Replace(bracketed.ReplaceAllString(folded, "")); bare != forms[0] && bare != "" {
		forms = append(forms, bare)
	}
	if match := crsInHeader.FindStringSubmatch(forms[len(forms)-1]); match != nil {
		forms = append(forms, match[1])
	}
	return forms
}

// crsOfHeader reads a coordinate system out of a header such as lng_gcj02.
func crsOfHeader(header string) string {
	match := crsInHeader.FindStringSubmatch(normalHeader(header))
	if match == nil {
		return ""
	}
	switch match[2] {
	case "wgs84", "wgs":
		return "wgs84"
	case "gcj02", "gcj":
		return "gcj02"
	case "bd09", "bd":
		return "bd09"
	}
	return match[2]
}

// A lookup finds the fields a header may mean.
type lookup map[string][]candidate

type candidate struct {
	field Field
	rank  int // position among the synonyms of the field
}

func (s schema) lookup() lookup {
	found := lookup{}
	for _, spec := range s {
		titles := append(strings.Fields(spec.synonyms), normalHeader(spec.zh), string(spec.field))
		for rank, synonym := range titles {
			found[synonym] = append(found[synonym], candidate{spec.field, rank})
		}
	}
	return found
}

// known reports whether a header means any field.
func (l lookup) known(header string) bool {
	return slices.ContainsFunc(headerForms(header), func(form string) bool { return form != "" && len(l[form]) > 0 })
}

// A Mapping says which column holds which field: field to index of the column.
type mapping map[Field]int

// mapColumns finds the columns of the fields: what the user says first, then synonyms, the best synonym of a field before others,
// the left column before the right. A column serves one field.
func (s schema) mapColumns(header []string, wanted map[string]string) (mapping, error) {
	columns := mapping{}
	taken := make([]bool, len(header))
	for _, name := range sortedKeys(wanted) {
		if err := s.takeWanted(header, name, wanted[name], columns, taken); err != nil {
			return nil, err
		}
	}
	type offer struct{ form, rank, column, spec int }
	index := s.lookup()
	var offers []offer
	for column, title := range header {
		for form, text := range headerForms(title) {
			for _, c := range index[text] {
				spec := slices.IndexFunc(s, func(f fieldSpec) bool { return f.field == c.field })
				offers = append(offers, offer{form, c.rank, column, spec})
			}
		}
	}
	slices.SortStableFunc(offers, func(a, b offer) int {
		return slices.Compare([]int{a.form, a.rank, a.spec, a.column}, []int{b.form, b.rank, b.spec, b.column})
	})
	for _, offer := range offers {
		field := s[offer.spec].field
		if _, has := columns[field]; !has && !taken[offer.column] {
			columns[field], taken[offer.column] = offer.column, true
		}
	}
	for field, column := range columns {
		if column < 0 {
			delete(columns, field)
		}
	}
	return columns, nil
}

// takeWanted applies one entry "header → field" of the user's mapping. The field "-" leaves a column out.
func (s schema) takeWanted(header []string, name, field string, columns mapping, taken []bool) error {
	column := columnNamed(header, name)
	if column < 0 {
		return faultf("文件里没有列“%s”，有：%s", "the file has no column %q; it has: %s", name, strings.Join(header, ", "))
	}
	taken[column] = true
	if field == "-" || field == "" {
		return nil
	}
	parsed, err := s.parse(field)
	if err != nil {
		return err
	}
	columns[parsed] = column
	return nil
}

// columnNamed finds a column by its header, or by its letter or number when no header is that.
func columnNamed(header []string, name string) int {
	if i := slices.IndexFunc(header, func(h string) bool { return clean(h) == clean(name) }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(header, func(h string) bool { return normalHeader(h) == normalHeader(name) && normalHeader(h) != "" }); i >= 0 {
		return i
	}
	if number, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil && number >= 1 && number <= len(header) {
		return number - 1
	}
	return -1
}

// rowSource calls a function for the rows of a sheet of cells, with their numbers.
type rowSource func(ctx context.Context, yield func(number int, cells []string) error) error

var errEnough = errors.New("enough rows seen")

// findHeader looks for the header among the first rows and gives the table its records: the rows below it.
func (o opening) findHeader(t *table, rows rowSource, merged []mergedRange) error {
	numbers, sample, err := firstRows(o.ctx, rows, headerSearchRows, merged)
	if err != nil {
		return err
	}
	first, height := o.bestHeader(sample)
	if height == 0 {
		header, system, ok := headerless(sample)
		if !ok {
			return noHeader(o.src.Name, sample)
		}
		t.header, t.crs = header, system
		t.notes = append(t.notes, note{"", "没有表头", "there is no header row", "按内容判断各列", "the columns were told by what they hold"})
	} else {
		t.header = joinHeader(sample[first : first+height])
		t.headerRows = numbers[first : first+height]
	}
	last := 0
	if len(t.headerRows) > 0 {
		last = t.headerRows[len(t.headerRows)-1]
	}
	t.each = func(ctx context.Context, yield func(record) error) error {
		fill := newFiller(merged)
		return rows(ctx, func(number int, cells []string) error {
			if number <= last {
				return nil
			}
			notes := fill.apply(number, &cells, false)
			if isBlank(cells) {
				return nil
			}
			return yield(record{number: number, cells: cells, notes: notes})
		})
	}
	return nil
}

func firstRows(ctx context.Context, rows rowSource, limit int, merged []mergedRange) (numbers []int, sample [][]string, err error) {
	fill := newFiller(merged)
	err = rows(ctx, func(number int, cells []string) error {
		copied := slices.Clone(cells)
		fill.apply(number, &copied, true)
		if !isBlank(copied) {
			numbers, sample = append(numbers, number), append(sample, copied)
		}
		if len(sample) == limit || number > 50*limit {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return numbers, sample, err
}

func noHeader(name string, sample [][]string) error {
	seen := ""
	if len(sample) > 0 {
		seen = strings.Join(sample[0][:min(len(sample[0]), 12)], " | ")
	}
	return faultf("%s 中没有找到表头（至少要认出两三个列名，如 名称、经度、纬度）。第一行是：%s。可用 --columns 列名=字段 指明",
		"no header row was found in %s (two or three known column names are needed, such as name, lon, lat). The first row is: %s. Name them with --columns HEADER=FIELD", name, seen)
}

// bestHeader returns the first row and the number of rows of the header; height 0 when there is none. Two rows count when together
// they know more than each.
func (o opening) bestHeader(sample [][]string) (first, height int) {
	index := o.schema.lookup()
	for name := range o.options.Columns {
		index[normalHeader(name)] = append(index[normalHeader(name)], candidate{})
	}
	best := 0
	for i, row := range sample {
		if looksLikeData(row) {
			continue
		}
		dataBelow := i+1 < len(sample) && looksLikeData(sample[i+1])
		single, filled := o.knownIn(index, row)
		if single > best && (isHeader(single, filled) || single > 0 && i == 0 && dataBelow) {
			best, first, height = single, i, 1
		}
		if i+1 == len(sample) || dataBelow {
			continue
		}
		double, filled := o.knownIn(index, joinHeader(sample[i:i+2]))
		if below, _ := o.knownIn(index, sample[i+1]); double > best && double > max(single, below) && isHeader(double, filled) {
			best, first, height = double, i, 2
		}
	}
	return first, height
}

// isHeader takes three known names for a header, or two in a narrow row.
func isHeader(known, filled int) bool { return known >= 3 || known == 2 && filled <= 5 }

func (o opening) knownIn(index lookup, row []string) (known, filled int) {
	seen := map[string]bool{}
	for _, cell := range row {
		if clean(cell) == "" {
			continue
		}
		filled++
		if name := normalHeader(cell); index.known(cell) && !seen[name] {
			seen[name] = true
			known++
		}
	}
	return known, filled
}

// looksLikeData reports a row with a number in it that no header would be.
func looksLikeData(row []string) bool {
	return slices.ContainsFunc(row, func(cell string) bool {
		_, err := strconv.ParseFloat(fold(cell), 64)
		return err == nil && strings.ContainsAny(cell, "0123456789")
	})
}

// joinHeader makes one header of one or two rows. The lower name is used where it stands, with the upper one before it where the
// lower alone is repeated.
func joinHeader(rows [][]string) []string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	header := make([]string, width)
	for _, row := range rows {
		for i, cell := range row {
			if name := clean(cell); name != "" {
				header[i] = name
			}
		}
	}
	if len(rows) < 2 {
		return header
	}
	repeats := map[string]int{}
	for _, name := range header {
		repeats[name]++
	}
	for i, name := range header {
		if upper := clean(cellAt(rows[0], i)); repeats[name] > 1 && upper != "" && upper != name {
			header[i] = upper + name
		}
	}
	return header
}

func cellAt(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}
