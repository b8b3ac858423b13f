package intake

import (
	"fmt"
	"slices"
)

// A mergedRange is a merged cell of a sheet: row numbers from 1, columns from 0, both ends included.
type mergedRange struct {
	firstRow, lastRow, firstColumn, lastColumn int
}

// A filler repeats the values of merged cells while the rows of a sheet pass in order.
type filler struct {
	waiting []mergedRange // sorted by first row
	active  []activeRange
}

type activeRange struct {
	mergedRange
	value string
}

func newFiller(ranges []mergedRange) *filler {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b mergedRange) int {
		return slices.Compare([]int{a.firstRow, a.firstColumn}, []int{b.firstRow, b.firstColumn})
	})
	return &filler{waiting: sorted}
}

// apply fills a row. Values run down in the first column of a merged cell and are remarked; across they run only in a header, where
// one title stands over several columns.
func (f *filler) apply(number int, cells *[]string, header bool) []note {
	for len(f.waiting) > 0 && f.waiting[0].firstRow <= number {
		f.active = append(f.active, activeRange{f.waiting[0], cellAt(*cells, f.waiting[0].firstColumn)})
		f.waiting = f.waiting[1:]
	}
	f.active = slices.DeleteFunc(f.active, func(r activeRange) bool { return r.lastRow < number })
	var notes []note
	for _, r := range f.active {
		last := r.firstColumn
		if header {
			last = r.lastColumn
		}
		for column := r.firstColumn; column <= last && clean(r.value) != ""; column++ {
			if cellAt(*cells, column) != "" {
				continue
			}
			for len(*cells) <= column {
				*cells = append(*cells, "")
			}
			(*cells)[column] = r.value
			if number > r.firstRow {
				notes = append(notes, note{"", "合并单元格", "merged cell",
					fmt.Sprintf("按上方的“%s”填入", r.value), fmt.Sprintf("filled with %q from above", r.value)})
			}
		}
	}
	return notes
}
