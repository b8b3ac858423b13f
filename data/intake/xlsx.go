package intake

import (
	"archive/zip"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetMemory is how much of a small part of a workbook is read.
const sheetMemory = 16 << 20

// openXLSX opens a sheet of a workbook: the one asked for, else the visible one whose header is best known.
func (o opening) openXLSX() (*table, error) {
	archive, err := zip.NewReader(o.src.Data, o.src.Size)
	if err != nil {
		return nil, faultf("%s 不是完整的 xlsx 文件，请在 Excel 或 WPS 中打开后另存", "%s is not a complete xlsx file: open it in Excel or WPS and save it again", o.src.Name, err)
	}
	if err := checkArchive(archive, o.options.Limits); err != nil {
		return nil, err
	}
	book, err := openWorkbook(archive, o.options.Limits)
	if err != nil {
		return nil, faultf("%s 不能作为 xlsx 打开（可能损坏或加了密码）", "%s cannot be opened as xlsx (damaged, or with a password?)", o.src.Name, err)
	}
	t := &table{format: "xlsx", date1904: book.date1904, isNumber: book.isNumber}
	return t, o.chooseSheet(book, t)
}

// chooseSheet finds sheet and header. Hidden sheets are only read when asked for by name; visible ones left out are remarked.
func (o opening) chooseSheet(book *workbook, t *table) error {
	var firstErr error
	var best *table
	bestKnown := -1
	var readable []string
	index := o.schema.lookup()
	for _, sheet := range book.sheets {
		asked := o.options.Sheet != "" && clean(sheet.name) == clean(o.options.Sheet)
		if sheet.hidden && !asked {
			t.notes = append(t.notes, note{"", "隐藏的工作表“" + sheet.name + "”未导入", "hidden sheet " + sheet.name + " was not imported", "", ""})
		}
		t.layers = append(t.layers, sheet.name)
		if o.options.Sheet != "" && !asked || o.options.Sheet == "" && sheet.hidden {
			continue
		}
		candidate := &table{layer: sheet.name}
		if err := o.findHeader(candidate, book.rows(sheet), book.mergedRanges(sheet)); err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		readable = append(readable, sheet.name)
		if known, _ := o.knownIn(index, candidate.header); known > bestKnown {
			best, bestKnown = candidate, known
		}
	}
	for _, name := range readable {
		if best != nil && name != best.layer {
			t.notes = append(t.notes, note{"", "工作表“" + name + "”也有数据，未导入；可用 --sheet 另行导入", "sheet " + name + " has data as well and was not imported; import it with --sheet", "", ""})
		}
	}
	switch {
	case best != nil:
		t.layer, t.header, t.headerRows, t.each = best.layer, best.header, best.headerRows, best.each
		t.crs, t.notes = best.crs, append(t.notes, best.notes...)
		return nil
	case firstErr != nil:
		return firstErr
	case o.options.Sheet != "":
		return faultf("没有工作表“%s”，有：%s", "there is no sheet %q; there are: %s", o.options.Sheet, strings.Join(t.layers, "、"))
	}
	return faultf("%s 里没有可见的工作表", "%s has no visible sheet", o.src.Name)
}

// mergedRanges reads the merged cells, which stand behind the rows in the sheet's part, without holding the sheet in memory. A part
// that cannot be read has none: the rows themselves will say what is wrong.
func (b *workbook) mergedRanges(sheet workbookSheet) []mergedRange {
	part, err := openPart(b.archive, sheet.part)
	if err != nil {
		return nil
	}
	defer part.Close()
	return scanMerged(part)
}

// scanMerged finds <mergeCell ref="A1:B2"/> in a stream.
func scanMerged(r io.Reader) []mergedRange {
	const maxRanges = 1 << 20
	var ranges []mergedRange
	tag, carry := []byte("<mergeCell "), []byte(nil)
	buffer := make([]byte, 256<<10)
	for {
		n, err := r.Read(buffer)
		text := append(carry, buffer[:n]...)
		ranges, carry = takeMerged(text, tag, ranges)
		if err != nil || len(ranges) > maxRanges {
			return ranges
		}
	}
}

// takeMerged takes the complete tags out of a piece of text and returns what may be the start of the next.
func takeMerged(text, tag []byte, ranges []mergedRange) ([]mergedRange, []byte) {
	rest := string(text)
	for {
		start := strings.Index(rest, string(tag))
		if start < 0 {
			return ranges, []byte(rest[max(0, len(rest)-len(tag)):])
		}
		end := strings.IndexByte(rest[start:], '>')
		if end < 0 {
			if len(rest)-start > 1024 {
				return ranges, nil
			}
			return ranges, []byte(rest[start:])
		}
		if r, ok := parseMerged(rest[start : start+end]); ok {
			ranges = append(ranges, r)
		}
		rest = rest[start+end:]
	}
}

func parseMerged(tag string) (mergedRange, bool) {
	_, ref, ok := strings.Cut(tag, `ref="`)
	ref, _, closed := strings.Cut(ref, `"`)
	from, to, isRange := strings.Cut(ref, ":")
	if !ok || !closed || !isRange {
		return mergedRange{}, false
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	if err1 != nil || err2 != nil || r2 < r1 || c2 < c1 {
		return mergedRange{}, false
	}
	return mergedRange{r1, r2, c1 - 1, c2 - 1}, true
}
